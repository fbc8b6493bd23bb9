import type { StreamHead } from "../../store.ts";
import { Bytes } from "./bytes.ts";
import { type Entry, lineHead } from "./lines.ts";

/** A stream that runs: its head, and those of its events that are in no segment yet. */
export class Running {
  /** Row id. */
  readonly id: number;
  /** Everything of the head that an append does not change. */
  base: Omit<StreamHead, "seq">;
  /** Lines of the events that are in no segment yet, dense up to `seq`. */
  readonly #lines = new Bytes();
  /** How many events they hold. */
  #count = 0;
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

  /** How long `body` is. */
  get bytes(): number {
    return this.#lines.length;
  }

  /** The events in no segment yet, as the body of one. */
  get body(): Uint8Array {
    return this.#lines.view();
  }

  get epochs(): readonly number[] {
    return this.base.epochs;
  }

  head(): StreamHead {
    return { ...this.base, seq: this.seq };
  }

  /** Takes over what was written to the journal's row `row`. */
  push(at: number, events: readonly string[], row: number): void {
    const head = lineHead(at);
    for (const json of events) {
      this.#lines.push(head);
      this.#lines.push(json);
      this.#lines.push("\n");
    }
    this.#counted(events.length, row);
  }

  /** The same for what was read from there. */
  restore({ count, lines }: Pick<Entry, "count" | "lines">, row: number): void {
    this.#lines.push(lines);
    this.#counted(count, row);
  }

  /** Its events are in a segment now. */
  archived(): void {
    this.#lines.clear();
    this.#count = 0;
    this.journalFrom = Infinity;
  }

  #counted(count: number, row: number): void {
    if (this.#count === 0) this.journalFrom = row;
    this.#count += count;
    this.seq += count;
  }
}
