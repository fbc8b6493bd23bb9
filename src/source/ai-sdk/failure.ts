import {
  AISDKError,
  APICallError,
  InvalidPromptError,
  InvalidResponseDataError,
  JSONParseError,
  LoadAPIKeyError,
  StreamProviderError,
  ToolChoiceViolationError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from "ai";
import { SluiceError } from "../../protocol/errors.ts";
import {
  broken,
  DAMAGED,
  type Failure,
  failure,
  isFinal,
  NO_CREDENTIALS,
  sentence,
  truncated,
  UNREACHABLE,
} from "../upstream/failure.ts";

/** A provider that asks for more time than this gets none of our attempts: the client is told when to come back. */
const LONGEST_WAIT_MS = 1000;

/** Names what the SDK threw, or told by an error part: the part may hold anything. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof SluiceError) return { error: thrown, retry: false, attempts: 1 };
  if (APICallError.isInstance(thrown)) return refusal(thrown);
  if (LoadAPIKeyError.isInstance(thrown)) return failure("upstream_error", NO_CREDENTIALS, thrown, false);
  if (UnsupportedFunctionalityError.isInstance(thrown) || InvalidPromptError.isInstance(thrown)) {
    return failure("bad_request", "The model cannot take this request.", thrown, false);
  }
  if (JSONParseError.isInstance(thrown) || TypeValidationError.isInstance(thrown)) {
    return broken(failure("upstream_error", DAMAGED, thrown, true));
  }
  // A provider says so without data where the stream ended before its finish reason.
  if (InvalidResponseDataError.isInstance(thrown) && thrown.data === undefined) return truncated(thrown);
  if (StreamProviderError.isInstance(thrown)) return reported(thrown, thrown.isRetryable);
  if (ToolChoiceViolationError.isInstance(thrown)) {
    return failure("upstream_error", "The model did not call the tool that it had to call.", thrown, false);
  }
  if (AISDKError.isInstance(thrown)) return failure("upstream_error", "The model failed.", thrown, false);
  return thrown instanceof Error ? truncated(thrown) : reported(thrown);
}

/** An answer that is none, by its status; without one there was no answer. */
function refusal(thrown: APICallError): Failure {
  const { statusCode: status, message } = thrown;
  if (status === undefined) return failure("upstream_error", UNREACHABLE, thrown, true);
  if (status >= 200 && status < 300) return truncated(thrown);
  if (status === 401 || status === 403) return failure("upstream_error", NO_CREDENTIALS, thrown, false);
  if (status === 429) return throttled(sentence(message), thrown, retryAfterMs(thrown.responseHeaders));
  if ([400, 413, 422].includes(status)) return failure("bad_request", sentence(message), thrown, false);
  return failure("upstream_error", sentence(message), thrown, !isFinal(status));
}

function throttled(message: string, cause: unknown, retryAfter: number | undefined): Failure {
  const error = new SluiceError("upstream_throttled", message, {
    cause,
    ...(retryAfter !== undefined && { retryAfterMs: retryAfter }),
  });
  return { error, retry: (retryAfter ?? 0) < LONGEST_WAIT_MS, attempts: 1 };
}

/** Seconds or a date (RFC 9110 section 10.2.3); OpenAI also says it in `retry-after-ms`. */
function retryAfterMs(headers: Readonly<Record<string, string>> = {}): number | undefined {
  const exact = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (exact >= 0) return Math.ceil(exact);
  const text = headers["retry-after"];
  if (text === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.ceil(ms)) : undefined;
}

interface Report {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly statusCode?: unknown;
}

/** What a provider says inside its stream: an object like OpenAI's errors, of which the SDK makes an error, or a text. */
function reported(value: unknown, retry = true): Failure {
  const report: Report = typeof value === "object" && value !== null ? value : { message: value };
  const { message, code, type, statusCode } = report;
  const text = sentence(typeof message === "string" ? message : "");
  const isThrottle =
    [code, statusCode].some((number) => Number(number) === 429) ||
    [code, type].some((name) => /rate_limit|overloaded/.test(String(name)));
  return isThrottle ? throttled(text, value, undefined) : failure("upstream_error", text, value, retry);
}
