/**
 * The one table of errors (PROTOCOL.md section 9).
 * `status`: the HTTP status. `close`: the WebSocket close code where the error ends the connection;
 * 4000 to 4499 say "come back", 4500 to 4999 "do not come back as you are".
 * `retry`: whether the same request may succeed later.
 */
export const ERRORS: Readonly<Record<ErrorCode, ErrorRow>> = {
  bad_request: { status: 400, close: 4500, retry: false },
  unauthorized: { status: 401, close: 4501, retry: false },
  forbidden: { status: 403, close: 4503, retry: false },
  not_found: { status: 404, close: 4504, retry: false },
  unknown_action: { status: 404, close: 4505, retry: false },
  conflict: { status: 409, close: 4509, retry: false },
  cancelled: { status: 409, close: 4508, retry: false },
  stream_gone: { status: 410, close: 4510, retry: false },
  payload_too_large: { status: 413, close: 1009, retry: false },
  unsupported_media_type: { status: 415, close: 1003, retry: false },
  rate_limited: { status: 429, close: 4029, retry: true },
  internal: { status: 500, close: 1011, retry: true },
  upstream_error: { status: 502, close: 4002, retry: true },
  upstream_truncated: { status: 502, close: 4012, retry: true },
  upstream_throttled: { status: 503, close: 4003, retry: true },
  interrupted: { status: 503, close: 4013, retry: true },
  timeout: { status: 504, close: 4004, retry: true },
};

/** What an error means to a client, by each way that it may reach it. */
export interface ErrorRow {
  readonly status: number;
  readonly close: number;
  readonly retry: boolean;
}

/** A stable name of what went wrong; never match on the message. */
export type ErrorCode =
  | "bad_request"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "unknown_action"
  | "conflict"
  | "cancelled"
  | "stream_gone"
  | "payload_too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "internal"
  | "upstream_error"
  | "upstream_truncated"
  | "upstream_throttled"
  | "interrupted"
  | "timeout";

/** The code, if it is one of the table. */
export function knownCode(code: unknown): ErrorCode | undefined {
  return typeof code === "string" && Object.hasOwn(ERRORS, code) ? (code as ErrorCode) : undefined;
}

/** The first code of the table with this HTTP status, or with this close code. */
export function codeWith(by: "status" | "close", value: number): ErrorCode | undefined {
  return (Object.keys(ERRORS) as ErrorCode[]).find((code) => ERRORS[code][by] === value);
}

/** Close codes that are no error of a request (PROTOCOL.md section 9.2). */
export const CLOSE = {
  /** The server restarts: reconnect and resume. */
  restart: 1012,
  /** The link broke, without a word (RFC 6455 section 7.4.1). */
  lost: 1006,
  /** No progress for two minutes: reconnect and resume. */
  stalled: 4008,
} as const;

/** An error with a stable code, as it reaches a client. */
export class SluiceError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, options?: { retryAfterMs?: number; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.name = "SluiceError";
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retry;
  }
}

/** Gives any thrown value a code: what is no SluiceError is `internal`, and its text is not shown to clients. */
export function toSluiceError(thrown: unknown): SluiceError {
  if (thrown instanceof SluiceError) return thrown;
  return new SluiceError("internal", "Something went wrong on the server.", { cause: thrown });
}
