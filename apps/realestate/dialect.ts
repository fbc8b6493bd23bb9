import { type Clock, type Dialect, type ErrorEvent, type JsonObject, type SluiceError, systemClock } from "sluice";
import { isJsonObject } from "sluice/protocol";

/**
 * The wire of the agent orchestrator: status, delta, message, result, error. Timestamps are epoch seconds with a fraction: the
 * event's commit time, or the clock's where an error belongs to no event.
 */
export function realestateDialect(clock: Clock = systemClock): Dialect {
  return {
    name: "realestate",
    encode(_start, event, at) {
      const timestamp = at / 1000;
      switch (event.type) {
        case "status":
          return { type: "status", message: event.text, timestamp };
        case "text-delta":
          return { type: "delta", content: event.text };
        case "message":
          return event.role === "assistant"
            ? { type: "message", role: event.role, content: event.content, timestamp }
            : undefined;
        case "complete": {
          const result = isJsonObject(event.result) ? event.result : {};
          return { type: "result", data: { success: true, content: event.text, ...result }, timestamp };
        }
        case "error":
          return errorFrame(event, timestamp);
        default:
          return undefined;
      }
    },
    error: (error) => errorFrame(error, clock.now() / 1000),
  };
}

function errorFrame({ code, message, retryAfterMs }: SluiceError | ErrorEvent, timestamp: number): JsonObject {
  return { type: "error", error: message, code, timestamp, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}
