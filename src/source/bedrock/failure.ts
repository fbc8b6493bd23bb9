import { type ErrorCode, SluiceError } from "../../protocol/errors.ts";
import { isJsonObject } from "../../protocol/json.ts";
import {
  broken,
  DAMAGED,
  type Failure,
  failure as oneFailure,
  isFinal,
  NO_CREDENTIALS,
  sentence,
  truncated,
  UNREACHABLE,
} from "../upstream/failure.ts";
import { DamagedStream } from "./event-stream.ts";

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

/** Asking again gives the same. */
const FINAL = new Set(["ResourceNotFoundException", "UnknownOperationException", "ConflictException"]);

/** What the provider reports inside a stream: an exception's payload, or an error's message, under the name that it has there. */
export class ProviderError extends Error {
  constructor(name: string, text: string) {
    super(text);
    this.name = name;
  }
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

/** The provider's own sentence, without the SDK's hints and the service's request ids. */
function messageOf(thrown: Error): string {
  const text = sentenceOf(thrown.message.replace(/\n\s*Deserialization error:.*$/s, ""))
    .replace(/\s*\((?=[^)]*Request ?ID)[^)]*\)/gi, "")
    .trim();
  return sentence(text === "UnknownError" ? "" : text);
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

/** A failure after the attempts that the SDK made by itself. */
function failure(code: ErrorCode, message: string, cause: unknown, retry: boolean): Failure {
  return { ...oneFailure(code, message, cause, retry), attempts: metadataOf(cause).attempts ?? 1 };
}
