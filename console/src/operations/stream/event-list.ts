import type { TimelineEntry } from "sluice/operations";

/** Which events a reader wants to see. */
export interface EventFilter {
  /** Empty: every type. */
  readonly type: string;
  readonly onlyErrors: boolean;
}

export const EVERY_EVENT: EventFilter = { type: "", onlyErrors: false };

/** The types that occur, with how often. */
export function typesIn(entries: readonly TimelineEntry[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { event } of entries) counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

/** The places among the entries of those that are wanted. */
export function wantedEvents(entries: readonly TimelineEntry[], { type, onlyErrors }: EventFilter): readonly number[] {
  return entries.flatMap((entry, index) =>
    (type === "" || entry.event.type === type) && (!onlyErrors || isError(entry)) ? [index] : [],
  );
}

/** Whether something failed: the run, or a tool of it. */
export function isError({ event }: TimelineEntry): boolean {
  return event.type === "error" || (event.type === "tool-result" && event.error !== undefined);
}

/** Length of the event's JSON in UTF-8, bytes. */
export function sizeOf({ event, cutBytes }: TimelineEntry): number {
  return cutBytes ?? new TextEncoder().encode(JSON.stringify(event)).length;
}

/** The event without its type, on one line. */
export function preview({ event }: TimelineEntry): string {
  if (event.type === "text-delta" || event.type === "reasoning-delta") return JSON.stringify(event.text);
  const { type: _type, ...rest } = event;
  return JSON.stringify(rest);
}
