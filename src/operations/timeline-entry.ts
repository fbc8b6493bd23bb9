import type { Event } from "../protocol/events.ts";
import { isJsonObject } from "../protocol/json.ts";
import type { StoredEvent } from "../store.ts";
import type { TimelineEntry } from "./types.ts";

/** A longer event is not shown whole, nor is a longer member of it. */
const LONGEST_EVENT = 32 * 1024;
const LONGEST_MEMBER = 4 * 1024;

/** An event as a timeline shows it. */
export function timelineEntry({ seq, epoch, at, json }: StoredEvent): TimelineEntry {
  const event = JSON.parse(json) as Event;
  if (json.length <= LONGEST_EVENT) return { seq, epoch, at, event };
  return { seq, epoch, at, event: cut(event), cutBytes: json.length };
}

/** Its long texts are emptied, its other long values are null. */
function cut(event: Event): Event {
  if (!isJsonObject(event)) return event;
  const members = Object.entries(event).map(([name, value]) => {
    const isLong = JSON.stringify(value).length > LONGEST_MEMBER;
    return [name, isLong ? (typeof value === "string" ? "" : null) : value];
  });
  return Object.fromEntries(members) as Event;
}
