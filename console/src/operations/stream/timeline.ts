import type { Happening, StreamRow, TimelineEntry, TimelineHead } from "sluice/operations";
import { blockEnds } from "./blocks.ts";

/** What is known of one stream's past so far. The lists only grow. */
export interface Timeline {
  readonly head: TimelineHead | undefined;
  readonly entries: readonly TimelineEntry[];
  readonly happenings: readonly Happening[];
  /** The whole text of the entries. */
  readonly text: string;
  /** `textEnds[i]`: how much of the text there was after entry i, UTF-16 units. */
  readonly textEnds: readonly number[];
  /** Where each paragraph of the text ends. */
  readonly blockEnds: readonly number[];
}

export const EMPTY_TIMELINE: Timeline = Object.freeze({
  head: undefined,
  entries: [],
  happenings: [],
  text: "",
  textEnds: [],
  blockEnds: [],
});

/** Takes the next entries; one that was taken before is left out. */
export function foldEntries(timeline: Timeline, entries: readonly TimelineEntry[]): Timeline {
  const after = timeline.entries.at(-1)?.seq ?? -1;
  const fresh = entries.filter(({ seq }) => seq > after);
  if (fresh.length === 0) return timeline;
  let length = timeline.text.length;
  const texts: string[] = [];
  const ends: number[] = [];
  for (const { event } of fresh) {
    if (event.type === "text-delta") {
      texts.push(event.text);
      length += event.text.length;
    }
    ends.push(length);
  }
  const text = timeline.text + texts.join("");
  return {
    ...timeline,
    entries: [...timeline.entries, ...fresh],
    text,
    blockEnds: blockEnds(text, timeline.blockEnds),
    textEnds: [...timeline.textEnds, ...ends],
  };
}

/** Takes what else happened to the stream. */
export function foldHappenings(timeline: Timeline, happenings: readonly Happening[]): Timeline {
  return happenings.length === 0 ? timeline : { ...timeline, happenings: [...timeline.happenings, ...happenings] };
}

/** When the stream began, epoch milliseconds. */
export function beginningOf({ entries, head }: Timeline): number {
  return entries[0]?.at ?? head?.createdAt ?? 0;
}

/** How the stream stands, as its last entry tells. */
export function stateOf({ entries }: Timeline): StreamRow["state"] {
  const type = entries.at(-1)?.event.type;
  return type === "complete" || type === "error" || type === "cancelled" ? type : "running";
}
