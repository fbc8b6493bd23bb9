import { type Event, isTerminal } from "../protocol/events.ts";
import type { JsonObject } from "../protocol/json.ts";
import { type Offset, parseOffset } from "../protocol/offset.ts";

/** The events that one frame brings, and the dense range of the log that they stand for. */
export interface FrameRange {
  readonly first: Offset;
  readonly last: Offset;
  readonly events: readonly Event[];
  /** Long texts were left out; they are in the stream's state. */
  readonly emptied: boolean;
}

/** What a reader at its place makes of a frame. */
export type Verdict =
  /** It begins right after the place. */
  | "next"
  /** All of it was seen. */
  | "before"
  /** It begins before the place and ends after it. */
  | "overlap"
  /** Something is missing before it, or it comes from a writer that was replaced. */
  | "gap";

/** Reads a frame of a stream (PROTOCOL.md section 8); undefined where it is none. */
export function rangeOf(frame: JsonObject): FrameRange | undefined {
  const last = offsetIn(frame["offset"]);
  const first = frame["type"] === "events" ? offsetIn(frame["first"]) : last;
  if (last === undefined || first === undefined) return undefined;
  const emptied = typeof frame["href"] === "string";
  switch (frame["type"]) {
    case "events":
      return Array.isArray(frame["events"])
        ? { first, last, events: frame["events"] as readonly Event[], emptied }
        : undefined;
    case "start":
    case "cancelled": {
      const { streamId: _streamId, offset: _offset, ...event } = frame;
      return { first, last, events: [event as unknown as Event], emptied };
    }
    default:
      return undefined;
  }
}

/** Compares a frame with the place of the last event taken; undefined: none was. */
export function judge(range: FrameRange, place: Offset | undefined): Verdict {
  const next = place === undefined ? 0 : place.seq + 1;
  if (range.last.seq < next) return "before";
  if (range.first.seq > next) return "gap";
  const begins = range.first.seq === next;
  const epoch = begins ? range.first.epoch : range.last.epoch;
  if (place !== undefined && epoch < place.epoch) return "gap";
  return begins ? "next" : "overlap";
}

/**
 * Whether the stream ended at `place`, or may have, by a frame that reaches no further: another reader here was behind it,
 * and was sent it again.
 */
export function endsAt({ last, events, emptied }: FrameRange, place: Offset | undefined): boolean {
  const event = events.at(-1);
  const terminal = event === undefined ? emptied : isTerminal(event);
  return terminal && last.seq === place?.seq;
}

/** The part of an overlapping frame after `place`; undefined where merged deltas make it indivisible. */
export function partAfter(range: FrameRange, place: Offset): FrameRange | undefined {
  const { first, last, events, emptied } = range;
  if (emptied || events.length !== last.seq - first.seq + 1) return undefined;
  return { ...range, first: { ...first, seq: place.seq + 1 }, events: events.slice(place.seq + 1 - first.seq) };
}

/** Whether the stream's state is needed to read this frame: it was too large, and its text left out (PROTOCOL.md section 6). */
export function leavesOut(range: FrameRange): boolean {
  if (!range.emptied) return false;
  return range.events.length === 0 || range.events.some((event) => event.type === "complete" || isEmptied(event));
}

/** Whether this event's text was left out. */
export function isEmptied(event: Event): boolean {
  return event.type === "text-delta" && event.text === "";
}

function offsetIn(value: unknown): Offset | undefined {
  return typeof value === "string" ? parseOffset(value) : undefined;
}
