import type { Dialect } from "../dialect.ts";
import type { JsonObject } from "../protocol/json.ts";

/** Our own dialect, spoken to clients that offer `sluice.v1` (PROTOCOL.md section 8): events travel as they are stored. */
export const nativeDialect: Dialect = {
  name: "native",
  raw: true,
  encode: (_start, event) => event as unknown as JsonObject,
  error: (error) => ({
    type: "error",
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  }),
};
