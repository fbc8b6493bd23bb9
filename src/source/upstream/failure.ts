import { type ErrorCode, SluiceError } from "../../protocol/errors.ts";

/** What went wrong upstream, and whether asking again may help. */
export interface Failure {
  readonly error: SluiceError;
  readonly retry: boolean;
  /** How often the model had been asked before this was known. */
  readonly attempts: number;
  /** The way broke, or its bytes did: after the end mark this costs nothing of the answer. */
  readonly broken?: true;
}

export const NO_CREDENTIALS = "This server has no credentials that the model provider accepts.";
export const UNREACHABLE = "The model could not be reached.";
export const DAMAGED = "The model's answer was damaged on its way.";

const LONGEST_MESSAGE = 500;

/** A failure of one attempt. */
export function failure(code: ErrorCode, message: string, cause: unknown, retry: boolean): Failure {
  return { error: new SluiceError(code, message, { cause }), retry, attempts: 1 };
}

/** Marks what broke on the way. */
export function broken(failed: Failure): Failure {
  return { ...failed, broken: true };
}

/** A silent cut (law 10): the stream ended, or broke, without its end mark. */
export function truncated(cause?: unknown): Failure {
  return broken(failure("upstream_truncated", "The model's answer broke off before its end.", cause, true));
}

/** The model fell silent. */
export function silent(error: SluiceError): Failure {
  return broken({ error, retry: false, attempts: 1 });
}

/** Client errors stay what they are; 408, 424 and 429 are the model's moods. */
export function isFinal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![408, 424, 429].includes(status);
}

/** What a provider says, as a client may see it. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed === "" ? "The model failed." : trimmed.slice(0, LONGEST_MESSAGE);
}
