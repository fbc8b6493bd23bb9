import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import type { JsonObject } from "../../protocol/json.ts";
import type { StreamException } from "./errors.ts";
import type { StreamEvent } from "./shape.ts";

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** A frame of `application/vnd.amazon.eventstream` that carries one event. */
export function eventFrame({ type, payload }: StreamEvent): Uint8Array {
  return frame("event", type, payload);
}

/** The frame that ends a stream with an error. */
export function exceptionFrame(exception: StreamException, message: string): Uint8Array {
  const original =
    exception === "modelStreamErrorException" ? { originalStatusCode: 500, originalMessage: message } : {};
  return frame("exception", exception, { message, ...original });
}

function frame(messageType: "event" | "exception", name: string, payload: JsonObject): Uint8Array {
  return codec.encode({
    headers: {
      ":message-type": { type: "string", value: messageType },
      [`:${messageType}-type`]: { type: "string", value: name },
      ":content-type": { type: "string", value: "application/json" },
    },
    body: fromUtf8(JSON.stringify(payload)),
  });
}
