import { type ErrorCode, SluiceError } from "../../protocol/errors.ts";
import { isJsonObject } from "../../protocol/json.ts";
import { DamagedStream } from "./event-stream.ts";

/** What went wrong upstream, and whether asking again may help. */
export interface Failure {
  readonly error: SluiceError;
  readonly retry: boolean;
  /** How often the SDK had asked before it threw. */
  readonly attempts: number;
  /** The way broke, or its bytes did: after the end mark this costs nothing of the answer. */
  readonly broken?: true;
}

/** Codes that are not `upstream_error`, by the names that Bedrock gives its exceptions (API reference, "Errors"). */
const CODES = {
  ModelNotReadyException: "upstream_throttled",
  ServiceQuotaExceededException: "upstream_throttled",
  ThrottlingException: "upstream_throttled",
  TooManyRequestsException: "upstream_throttled",
  ValidationException: "bad_request",
} as const;

/** Asking again gives the same; the provider's text names accounts, roles or keys, and is kept from clients. */
const REFUSED =
  /^(AccessDenied|CredentialsProvider|ExpiredToken|IncompleteSignature|InvalidClientTokenId|InvalidSignature|MissingAuthenticationToken|OptInRequired|Unauthorized|UnrecognizedClient|TokenProvider)/;

const NO_CREDENTIALS = "This server has no credentials that the model provider accepts.";
const UNREACHABLE = "The model could not be reached.";
const DAMAGED = "The model's answer was damaged on its way.";

/** Asking again gives the same. */
const FINAL = new Set(["ResourceNotFoundException", "UnknownOperationException", "ConflictException"]);

/** A silent cut (law 10): the stream ended, or broke, without its end mark. */
export function truncated(cause?: unknown): Failure {
  return broken(failure("upstream_truncated", "The model's answer broke off before its end.", cause, true));
}

/** What the provider reports inside a stream: an exception's payload, or an error's message, under the name that it has there. */
export class ProviderError extends Error {
  constructor(name: string, text: string) {
    super(text);
    this.name = name;
  }
}

/** The model fell silent. */
export function silent(error: SluiceError): Failure {
  return broken({ error, retry: false, attempts: 1 });
}

/**
 * Names what the SDK or the reading of the answer threw. `streaming`: whether the answer had begun, so that what is not said
 * otherwise is a broken connection.
 */
export function toFailure(thrown: unknown, streaming: boolean): Failure {
  if (thrown instanceof SluiceError) return { error: thrown, retry: false, attempts: 1 };
  if (!(thrown instanceof Error)) return failure("upstream_error", UNREACHABLE, thrown, false);
  if (thrown instanceof DamagedStream) return broken(failure("upstream_error", DAMAGED, thrown, true));
  const name = thrown.name.charAt(0).toUpperCase() + thrown.name.slice(1);
  if (REFUSED.test(name)) return failure("upstream_error", NO_CREDENTIALS, thrown, false);
  // The SDK's classes for what the provider says have `$fault`.
  if (thrown instanceof ProviderError || "$fault" in thrown) return providers(thrown, name);
  const status = statusOf(thrown);
  if (status !== undefined && status >= 300) {
    return failure("upstream_error", `The model provider answered with status ${status}.`, thrown, !isFinal(status));
  }
  return streaming ? truncated(thrown) : failure("upstream_error", UNREACHABLE, thrown, true);
}

function providers(thrown: Error, name: string): Failure {
  const code = Object.hasOwn(CODES, name) ? CODES[name as keyof typeof CODES] : "upstream_error";
  const retry = code !== "bad_request" && !FINAL.has(name) && !isFinal(statusOf(thrown));
  return failure(code, messageOf(thrown), thrown, retry);
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly attempts?: number;
}

function metadataOf(thrown: unknown): Metadata {
  return (thrown as { $metadata?: Metadata } | undefined)?.$metadata ?? {};
}

function statusOf(thrown: Error): number | undefined {
  return metadataOf(thrown).httpStatusCode;
}

/** Client errors stay what they are; 408, 424 and 429 are the model's moods. */
function isFinal(status: number | undefined): boolean {
  return status !== undefined && status >= 400 && status < 500 && ![408, 424, 429].includes(status);
}

const LONGEST_MESSAGE = 500;

/** The provider's own sentence, without the SDK's hints and the service's request ids. */
function messageOf(thrown: Error): string {
  const message = sentenceOf(thrown.message.replace(/\n\s*Deserialization error:.*$/s, ""))
    .replace(/\s*\((?=[^)]*Request ?ID)[^)]*\)/gi, "")
    .trim();
  return message === "" || message === "UnknownError" ? "The model failed." : message.slice(0, LONGEST_MESSAGE);
}

/** Of an exception inside a stream the whole payload is the text. */
function sentenceOf(text: string): string {
  if (!text.startsWith("{")) return text;
  try {
    const payload: unknown = JSON.parse(text);
    return isJsonObject(payload) && typeof payload["message"] === "string" ? payload["message"] : "";
  } catch {
    return "";
  }
}

function failure(code: ErrorCode, message: string, cause: unknown, retry: boolean): Failure {
  return { error: new SluiceError(code, message, { cause }), retry, attempts: metadataOf(cause).attempts ?? 1 };
}

function broken(failed: Failure): Failure {
  return { ...failed, broken: true };
}
