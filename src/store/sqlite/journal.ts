import type { StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { readEntries, type Entry } from "./lines.ts";

/** A part of the journal: about so much is written before it is looked at whether old rows can go. */
const PART_BYTES = 8 * 1024 * 1024;

/** A running stream that holds back more parts than this is to be archived, so that the journal stays short. */
const KEPT_PARTS = 4;

/** What arrived last, in order of arrival, one row a group of appends. Its rows are numbered from 1. */
export class Journal {
  readonly #database: Database;
  readonly #insert: StatementSync;
  readonly #cut: StatementSync;
  readonly #select: StatementSync;
  #first = 1;
  #last = 0;
  /** The first rows of the latest parts, the present one's last. */
  #parts: number[] = [1];
  #bytes = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare("INSERT INTO journal (id, body) VALUES (?, ?)");
    this.#cut = database.prepare("DELETE FROM journal WHERE id < ?");
    this.#select = database.prepare("SELECT id, body FROM journal ORDER BY id");
  }

  /** The number that the next row will have. */
  get next(): number {
    return this.#last + 1;
  }

  get empty(): boolean {
    return this.#last < this.#first;
  }

  /** A part is full: time to `cut`. */
  get due(): boolean {
    return this.#bytes >= PART_BYTES;
  }

  /** Rows before this one should not be held back any longer. */
  get keepFrom(): number {
    return this.#parts.at(-KEPT_PARTS) ?? 0;
  }

  /** Writes the next row, within a transaction; `wrote` follows where that was committed. */
  write(body: string): void {
    this.#insert.run(this.next, body);
    this.#database.grew(body.length);
  }

  wrote(body: string): void {
    this.#last += 1;
    this.#bytes += body.length;
  }

  /** Removes the rows before `row`, and begins a new part. */
  cut(row: number): void {
    const before = Math.min(row, this.next);
    if (before > this.#first) this.#cut.run(before);
    this.#first = Math.max(this.#first, before);
    this.#parts = [...this.#parts.slice(1 - KEPT_PARTS), this.next];
    this.#bytes = 0;
  }

  /** Reads all of it, and goes on behind its last row. */
  replay(take: (entry: Entry, row: number) => void): void {
    let first: number | undefined;
    this.#last = 0;
    for (const { id, body } of this.#select.iterate() as Iterable<{ id: number; body: string }>) {
      first ??= id;
      this.#last = id;
      for (const entry of readEntries(body)) take(entry, id);
    }
    this.#first = first ?? 1;
    this.#parts = [this.#first];
    this.#bytes = first === undefined ? 0 : PART_BYTES;
  }
}
