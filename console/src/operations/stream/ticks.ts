import type { TimelineEntry } from "sluice/operations";
import { isError } from "./event-list.ts";

/** What an event is drawn as. */
export type TickKind = "text" | "other" | "bad";

/** Maps a time to a place on the picture, pixels. */
export type Scale = (epochMs: number) => number;

/** A scale over the given time; a time of no length stands at the left. */
export function timeScale(from: number, to: number, width: number): Scale {
  return (at) => (to === from ? 0 : ((at - from) / (to - from)) * width);
}

/** Where the events of each kind are drawn: whole pixels, each once, so that 10,000 events cost no more than the width. */
export function ticksOf(
  entries: readonly TimelineEntry[],
  scale: Scale,
): Readonly<Record<TickKind, readonly number[]>> {
  const places: Record<TickKind, Set<number>> = { text: new Set(), other: new Set(), bad: new Set() };
  for (const entry of entries) places[kindOf(entry)].add(Math.round(scale(entry.at)));
  return { text: [...places.text], other: [...places.other], bad: [...places.bad] };
}

/** Round times for the axis, milliseconds after the beginning: at most `most` of them. */
export function axisTimes(durationMs: number, most: number): readonly number[] {
  const steps = STEPS_MS.find((step) => durationMs / step <= most) ?? Math.ceil(durationMs / most / DAY_MS) * DAY_MS;
  return Array.from({ length: Math.floor(durationMs / steps) + 1 }, (_, index) => index * steps);
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const STEPS_MS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * MINUTE_MS),
);

function kindOf(entry: TimelineEntry): TickKind {
  if (isError(entry)) return "bad";
  return entry.event.type === "text-delta" ? "text" : "other";
}

/** The first entry of each writer but the first: another process took the run over there. */
export function takeovers(entries: readonly TimelineEntry[]): readonly TimelineEntry[] {
  return entries.filter(({ epoch }, index) => index > 0 && epoch !== entries[index - 1]!.epoch);
}
