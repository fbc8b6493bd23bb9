import type { StreamHead } from "../../store.ts";
import type { LoggedEvent } from "../portion.ts";

/** A stream that runs: its head, and those of its events that are in no segment yet. */
export class Running {
  /** Row id. */
  readonly id: number;
  /** Everything of the head that an append does not change. */
  base: Omit<StreamHead, "seq">;
  /** Appends whose events are in no segment yet, dense up to `seq`. */
  #appends: Appended[] = [];
  /** How many events they hold. */
  #count = 0;
  /** Length of the events' JSON. */
  bytes = 0;
  seq: number;
  /** The journal row of the oldest of them. */
  journalFrom: number = Infinity;
  /** The pass of the last append that touched it, since one pass takes one append a stream. */
  pass = 0;

  constructor(id: number, { seq, ...base }: StreamHead) {
    this.id = id;
    this.base = base;
    this.seq = seq;
  }

  /** Seq of the first event in no segment. */
  get first(): number {
    return this.seq + 1 - this.#count;
  }

  /** The events in no segment yet. */
  get events(): LoggedEvent[] {
    let seq = this.first;
    return this.#appends.flatMap(({ at, events }) => events.map((json) => ({ seq: seq++, at, json })));
  }

  get epochs(): readonly number[] {
    return this.base.epochs;
  }

  head(): StreamHead {
    return { ...this.base, seq: this.seq };
  }

  /** Takes over what was written to the journal's row `row`. */
  push(events: readonly string[], at: number, row: number): void {
    if (this.#count === 0) this.journalFrom = row;
    this.#appends.push({ at, events });
    this.#count += events.length;
    this.seq += events.length;
    for (const json of events) this.bytes += json.length;
  }

  /** Its events are in a segment now. */
  archived(): void {
    this.#appends = [];
    this.#count = 0;
    this.bytes = 0;
    this.journalFrom = Infinity;
  }
}

/** Events of one append, kept as they came: one object for each append, not for each event. */
interface Appended {
  readonly at: number;
  readonly events: readonly string[];
}
