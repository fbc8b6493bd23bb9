import type { Dialect, ErrorEvent, JsonObject, SluiceError } from "sluice";

/** The wire of prediction verification (seed 004): status, text, tool, complete, error. */
export const predictionsDialect: Dialect = {
  name: "predictions",
  encode(_start, event) {
    switch (event.type) {
      case "status":
        return { type: "status", message: event.text };
      case "text-delta":
        return { type: "text", content: event.text };
      case "tool-call":
        return { type: "tool", name: event.name, input: event.input };
      case "complete":
        // The page parses the content once more.
        return { type: "complete", content: JSON.stringify(event.result ?? null) };
      case "error":
        return errorFrame(event);
      default:
        return undefined;
    }
  },
  error: errorFrame,
  answer: (_start, event) => ({ results: event.result === undefined ? [] : [event.result] }),
};

function errorFrame({ code, message, retryAfterMs }: SluiceError | ErrorEvent): JsonObject {
  return { type: "error", message, code, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
