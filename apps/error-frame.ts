import type { ErrorEvent, JsonObject, SluiceError } from "sluice";

/** The error frame of the systems that end like titles. */
export function errorFrame({ code, message, retryAfterMs }: SluiceError | ErrorEvent): JsonObject {
  return { type: "error", code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
