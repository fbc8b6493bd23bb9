import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import type { JsonObject } from "../../protocol/json.ts";
import type { StreamException } from "./errors.ts";
import type { StreamEvent } from "./shape.ts";

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** A frame of `application/vnd.amazon.eventstream` that carries one event. */
export function eventFrame({ type, payload }: StreamEvent): Uint8Array {
  return frame({ ":message-type": "event", ":event-type": type }, payload);
}

/** The frame that ends a stream with an error. */
export function exceptionFrame(exception: StreamException, message: string): Uint8Array {
  const original =
    exception === "modelStreamErrorException" ? { originalStatusCode: 500, originalMessage: message } : {};
  return frame({ ":message-type": "exception", ":exception-type": exception }, { message, ...original });
}

/** The frame that ends a stream with an error outside the API's model; it has no payload (event stream encoding, "error"). */
export function errorFrame(code: string, message: string): Uint8Array {
  return frame({ ":message-type": "error", ":error-code": code, ":error-message": message });
}

/** A frame that says something, with the last bit of its checksum turned over. */
export function brokenFrame(): Uint8Array {
  const bytes = Uint8Array.from(halfSaid());
  bytes[bytes.byteLength - 1]! ^= 1;
  return bytes;
}

/** The first half of a frame. */
export function halfFrame(): Uint8Array {
  const bytes = halfSaid();
  return bytes.subarray(0, bytes.byteLength / 2);
}

function halfSaid(): Uint8Array {
  return eventFrame({ type: "contentBlockDelta", payload: { contentBlockIndex: 0, delta: { text: "half" } } });
}

function frame(names: Readonly<Record<string, string>>, payload?: JsonObject): Uint8Array {
  const texts = { ...names, ...(payload !== undefined && { ":content-type": "application/json" }) };
  return codec.encode({
    headers: Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { type: "string", value }])),
    body: payload === undefined ? new Uint8Array() : fromUtf8(JSON.stringify(payload)),
  });
}
