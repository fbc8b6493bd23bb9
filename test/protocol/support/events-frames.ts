import { type Event, type EventsFrame, type Json, type JsonObject, isJsonObject, parseOffset } from "sluice/protocol";

/** Whether it is a frame of the native dialect that carries events (PROTOCOL.md section 8). */
export function isEventsFrame(frame: JsonObject): boolean {
  return frame["type"] === "events";
}

/** Two adjacent ranges as one; throws where a seq is missing between them. */
export function joined(left: JsonObject, right: JsonObject): JsonObject {
  const [before, after] = [left as unknown as EventsFrame, right as unknown as EventsFrame];
  const [end, begin] = [parseOffset(before.offset)!, parseOffset(after.first ?? "")];
  if (begin?.seq !== end.seq + 1 || begin.epoch < end.epoch) {
    throw new Error(`${JSON.stringify(right)} does not begin right after ${before.offset}.`);
  }
  return { ...right, first: before.first, events: [...before.events, ...after.events] } as unknown as JsonObject;
}

/** The frame with its adjacent text deltas joined, since a server may join them as it likes. */
export function withJoinedDeltas(frame: JsonObject): JsonObject {
  const events: Event[] = [];
  for (const event of (frame as unknown as EventsFrame).events) {
    const last = events.at(-1);
    if (event.type === "text-delta" && last?.type === "text-delta") {
      events[events.length - 1] = { ...last, text: last.text + event.text };
    } else events.push(event);
  }
  return { ...frame, events } as unknown as JsonObject;
}

/** A long poll's answer with its adjacent ranges joined; anything else as it is. */
export function joinedFrames(body: Json): Json {
  if (!isJsonObject(body) || !Array.isArray(body["frames"])) return body;
  const frames: JsonObject[] = [];
  for (const frame of body["frames"] as JsonObject[]) {
    const last = frames.at(-1);
    if (last !== undefined && isEventsFrame(last) && isEventsFrame(frame))
      frames[frames.length - 1] = joined(last, frame);
    else frames.push(frame);
  }
  return { ...body, frames: frames.map((frame) => (isEventsFrame(frame) ? withJoinedDeltas(frame) : frame)) };
}
