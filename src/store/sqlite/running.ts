import type { StreamHead } from "../../store.ts";
import type { LoggedEvent } from "../portion.ts";

/** A stream that runs: its head, and those of its events that are in no segment yet. */
export class Running {
  /** Row id. */
  readonly id: number;
  /** Everything of the head that an append does not change. */
  base: Omit<StreamHead, "seq">;
  /** Events in no segment yet, dense up to `seq`. */
  events: LoggedEvent[] = [];
  /** Length of their JSON. */
  bytes = 0;
  seq: number;
  /** The journal row of the oldest of `events`. */
  journalFrom: number = Infinity;
  /** The pass of the last append that touched it, since one pass takes one append a stream. */
  pass = 0;

  constructor(id: number, { seq, ...base }: StreamHead) {
    this.id = id;
    this.base = base;
    this.seq = seq;
  }

  /** Seq of the first of `events`. */
  get first(): number {
    return this.seq + 1 - this.events.length;
  }

  get epochs(): readonly number[] {
    return this.base.epochs;
  }

  head(): StreamHead {
    return { ...this.base, seq: this.seq };
  }

  /** Takes over what was written to the journal's row `row`. */
  push(events: readonly string[], at: number, row: number): void {
    if (this.events.length === 0) this.journalFrom = row;
    for (const json of events) {
      this.seq += 1;
      this.bytes += json.length;
      this.events.push({ seq: this.seq, at, json });
    }
  }

  /** Its events are in a segment now. */
  archived(): void {
    this.events = [];
    this.bytes = 0;
    this.journalFrom = Infinity;
  }
}
