import type { Dialect, ErrorEvent, JsonObject, SluiceError } from "sluice";

/** The wire of image processing: chunk, complete, error. */
export const imagesDialect: Dialect = {
  name: "images",
  encode(_start, event) {
    switch (event.type) {
      case "text-delta":
        return { type: "chunk", content: event.text };
      case "complete":
        return { type: "complete", content: event.text };
      case "error":
        return errorFrame(event);
      default:
        return undefined;
    }
  },
  error: errorFrame,
};

function errorFrame({ code, message, retryAfterMs }: SluiceError | ErrorEvent): JsonObject {
  return { type: "error", code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
