import type { Portion } from "../portion.ts";

// Bodies are lines, since JSON holds no raw line break: so events are written and read without being parsed.

/** An event's line in the body of a segment: `<at> <json>`. */
export function segmentLine(at: number, json: string): string {
  return `${at} ${json}\n`;
}

/** Adds the events of a segment, whose first has the seq `first`; false where not all of them had room. */
export function readSegment(body: string, first: number, portion: Portion): boolean {
  let start = 0;
  for (let seq = first; start < body.length; seq += 1) {
    const end = body.indexOf("\n", start);
    if (seq >= portion.next) {
      const space = body.indexOf(" ", start);
      const at = Number(body.slice(start, space));
      if (!portion.add({ seq, at, json: body.slice(space + 1, end) })) return false;
    }
    start = end + 1;
  }
  return true;
}

/** One append within a journal row. */
export interface Entry {
  /** Row id of the stream. */
  readonly stream: number;
  /** Seq of the first event. */
  readonly seq: number;
  readonly at: number;
  readonly events: readonly string[];
}

/** An entry's part of a journal row: `<stream> <seq> <at> <count>`, then its events. */
export function writeEntry(stream: number, seq: number, at: number, events: readonly string[]): string {
  const lines = events.length === 1 ? events[0]! : events.join("\n");
  return `${stream} ${seq} ${at} ${events.length}\n${lines}\n`;
}

/** The entries of a journal row, in order. */
export function readEntries(body: string): readonly Entry[] {
  const lines = body.split("\n");
  const entries: Entry[] = [];
  for (let line = 0; line < lines.length - 1;) {
    const [stream, seq, at, count] = lines[line]!.split(" ").map(Number) as [number, number, number, number];
    entries.push({ stream, seq, at, events: lines.slice(line + 1, line + 1 + count) });
    line += 1 + count;
  }
  return entries;
}
