import type { Append } from "../../store.ts";
import type { Portion } from "../portion.ts";

// Bodies are lines, since JSON holds no raw line break: so events are written and read without being parsed.

/** Events of one time as lines, each `<at> <json>`: what segments and the journal are made of. */
export function writeLines(at: number, events: readonly string[]): string {
  const head = lineHead(at);
  let lines = "";
  for (const json of events) lines += `${head}${json}\n`;
  return lines;
}

let lastAt: number | undefined;
let lastHead = "";

/** How a line begins; all lines of one commit begin alike. */
export function lineHead(at: number): string {
  if (at !== lastAt) {
    lastAt = at;
    lastHead = `${at} `;
  }
  return lastHead;
}

/** Adds the events of a segment, whose first has the seq `first`; false where not all of them had room. */
export function readSegment(bytes: Uint8Array, first: number, portion: Portion): boolean {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
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
  /** How many events the lines hold. */
  readonly count: number;
  readonly lines: string;
}

/** An append's part of a journal row: `<stream> <seq> <count>`, then the lines of its events. */
export function writeEntry(stream: number, { seq, at, events }: Pick<Append, "seq" | "at" | "events">): string {
  return `${stream} ${seq} ${events.length}\n${writeLines(at, events)}`;
}

/** The entries of a journal row, in order. */
export function readEntries(body: string): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < body.length;) {
    const begin = body.indexOf("\n", at) + 1;
    const [stream, seq, count] = body
      .slice(at, begin - 1)
      .split(" ")
      .map(Number) as [number, number, number];
    let end = begin;
    for (let line = 0; line < count; line += 1) end = body.indexOf("\n", end) + 1;
    entries.push({ stream, seq, count, lines: body.slice(begin, end) });
    at = end;
  }
  return entries;
}
