import type { StatementSync } from "node:sqlite";
import type { Portion } from "../portion.ts";
import type { Database } from "./database.ts";
import { readSegment } from "./lines.ts";

/** The table `segments`: events of streams that have ended or grown long. */
export class Archive {
  readonly #database: Database;
  readonly #insert: StatementSync;
  readonly #from: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare("INSERT INTO segments (stream, first, last, body) VALUES (?, ?, ?, ?)");
    this.#from = database.prepare("SELECT first, body FROM segments WHERE stream = ? AND last >= ? ORDER BY last");
    this.#delete = database.prepare("DELETE FROM segments WHERE stream = ?");
  }

  /** Adds the stream's next segment: the lines of the events from `first` to `last`. */
  add(stream: number, first: number, last: number, body: Uint8Array): void {
    if (last < first) return;
    this.#insert.run(stream, first, last, body);
    this.#database.grew(body.length);
  }

  /** Adds to `portion` what comes next; false where not all of it had room. */
  read(stream: number, portion: Portion): boolean {
    const segments = this.#from.iterate(stream, portion.next) as Iterable<{ first: number; body: Uint8Array }>;
    for (const { first, body } of segments) if (!readSegment(body, first, portion)) return false;
    return true;
  }

  remove(stream: number): void {
    this.#delete.run(stream);
  }
}
