import type { Dialect, Json, JsonObject } from "sluice";
import { isJsonObject } from "sluice/protocol";
import { errorFrame } from "../error-frame.ts";

/** The wire of the title generator: progress, stream_chunk, stream_complete, error. `sessionId` is the project's id. */
export const titlesDialect: Dialect = {
  name: "titles",
  echo: ({ projectId }) => ({ sessionId: projectId }),
  encode(start, event) {
    switch (event.type) {
      case "status":
        // A page would show a progress without its number as "undefined%".
        return event.progress === undefined ? undefined : progressFrame(event.text, event.progress, event.stage);
      case "text-delta":
        return { type: "stream_chunk", content: event.text, ...start.echo };
      case "complete":
        return { type: "stream_complete", fullContent: event.text, ...start.echo, titles: titlesOf(event.result) };
      case "error":
        return errorFrame(event);
      default:
        return undefined;
    }
  },
  error: errorFrame,
};

function progressFrame(step: string, progress: number, stage: string | undefined): JsonObject {
  return { type: "progress", step, progress: Math.round(progress * 100), ...(stage !== undefined && { stage }) };
}

function titlesOf(result: Json | undefined): Json {
  return (isJsonObject(result) ? result["titles"] : undefined) ?? [];
}
