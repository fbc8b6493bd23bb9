import type { TimelineEntry } from "sluice/operations";

/** A time in which nothing was written. */
export interface Gap {
  /** The entry that ended it. */
  readonly seq: number;
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** The silences of at least `thresholdMs` between two entries. */
export function gapsIn(entries: readonly TimelineEntry[], thresholdMs: number): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const [index, { seq, at }] of entries.entries()) {
    const from = entries[index - 1]?.at ?? at;
    if (at - from >= thresholdMs) gaps.push({ seq, from, to: at });
  }
  return gaps;
}
