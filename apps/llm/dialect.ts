import type { Dialect, ErrorEvent, JsonObject, SluiceError } from "sluice";
import { isJsonObject } from "sluice/protocol";
import { isRepeatable } from "./metadata.ts";

/** The wire of the LLM gateway: chunk and done for `llm/stream`, response for `llm/chat`, error; each repeats `metadata`. */
export const llmDialect: Dialect = {
  name: "llm",
  echo: metadataOf,
  encode(start, event) {
    const streams = start.route === "llm/stream";
    switch (event.type) {
      case "text-delta":
        return streams ? { type: "chunk", data: { content: event.text }, ...start.echo } : undefined;
      case "complete": {
        const result = isJsonObject(event.result) ? event.result : {};
        const data = { role: "assistant", content: event.text, ...result };
        return { type: streams ? "done" : "response", data, ...start.echo };
      }
      case "error":
        return errorFrame(event, start.echo);
      default:
        return undefined;
    }
  },
  error: (error, message) => errorFrame(error, message === undefined ? undefined : metadataOf(message)),
};

/** What the request asks to be repeated; not what is too long for that, and refused. */
function metadataOf({ data }: JsonObject): JsonObject | undefined {
  const metadata = isJsonObject(data) ? data["metadata"] : undefined;
  return isJsonObject(metadata) && isRepeatable(metadata) ? { metadata } : undefined;
}

function errorFrame(
  { code, message, retryAfterMs }: SluiceError | ErrorEvent,
  echo: JsonObject | undefined,
): JsonObject {
  const error = { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return { type: "error", error, ...echo };
}
