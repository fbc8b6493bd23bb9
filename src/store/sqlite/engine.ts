import { pageOf, parseCursor } from "../../cursor.ts";
import { SluiceError } from "../../protocol/errors.ts";
import { type Offset, epochOf } from "../../protocol/offset.ts";
import type { Append, Appended, HeadPage, ListQuery, NewStream, Opened, StoredEvent, StreamHead } from "../../store.ts";
import { Portion, streamGone } from "../portion.ts";
import { holdsSame, mayRepeat } from "../repetition.ts";
import { Archive } from "./archive.ts";
import type { Database } from "./database.ts";
import { EarlyCancels } from "./early-cancels.ts";
import { Heads } from "./heads.ts";
import { Journal } from "./journal.ts";
import { readSegment, writeEntry, writeLines } from "./lines.ts";
import { Running } from "./running.ts";

/** Events of a running stream above so many bytes are archived, so that memory holds no long answers. */
const SPILL_BYTES = 64 * 1024;

/** Streams that one step of the sweep takes. */
const SWEEP_STEP = 100;

const STORED: Appended = { outcome: "stored", cancel: false };
const STORED_AND_CANCEL: Appended = { outcome: "stored", cancel: true };
const FENCED: Appended = { outcome: "fenced" };

/** The store, synchronous: file first, then memory, so that a failed write leaves both as they were (S1). */
export class StoreEngine {
  readonly #database: Database;
  readonly #heads: Heads;
  readonly #archive: Archive;
  readonly #journal: Journal;
  readonly #earlyCancels: EarlyCancels;
  #running = new Map<string, Running>();
  /** The epoch of each stream that ran when the file was opened: its writer is dead. */
  readonly #inherited: ReadonlyMap<string, number>;
  readonly #big = new Set<Running>();
  #passes = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#heads = new Heads(database);
    this.#archive = new Archive(database);
    this.#journal = new Journal(database);
    this.#earlyCancels = new EarlyCancels(database);
    this.load();
    this.#inherited = new Map([...this.#running].map(([streamId, { epochs }]) => [streamId, epochs.length]));
  }

  /** Rebuilds the running streams from the file: at opening, and after a group that was rolled back. */
  load(): void {
    const byRow = new Map<number, Running>();
    for (const { id, head } of this.#heads.running()) byRow.set(id, new Running(id, head));
    this.#journal.replay((entry, row) => {
      const running = byRow.get(entry.stream);
      // What is in a segment already is passed over; so is what belongs to streams that have ended.
      if (running !== undefined && entry.seq === running.seq + 1) running.restore(entry, row);
    });
    this.#big.clear();
    this.#running = new Map([...byRow.values()].map((running) => [running.base.streamId, running]));
  }

  open(stream: NewStream, startJson: string): Opened {
    const { streamId, scope, requestId, createdAt } = stream;
    const known = requestId === undefined ? undefined : this.find(scope, requestId);
    if (known !== undefined) return { head: known, created: false, cancelled: false };
    if (this.head(streamId) !== undefined) throw new SluiceError("conflict", "This stream id is taken.");

    const running = this.#database.transaction(() => {
      const cancelled = requestId !== undefined && this.#earlyCancels.take(scope, requestId, createdAt);
      const id = this.#heads.insert(stream, cancelled);
      const body = writeEntry(id, { seq: 0, at: createdAt, events: [startJson] });
      this.#journal.write(body);
      return { id, cancelled, body };
    });
    return this.#opened(stream, startJson, running);
  }

  #opened(stream: NewStream, startJson: string, row: { id: number; cancelled: boolean; body: string }): Opened {
    const { id, cancelled, body } = row;
    const running = new Running(id, {
      ...stream,
      state: "running",
      epochs: [0],
      seq: -1,
      cancelRequested: cancelled,
      gone: false,
    });
    running.push(stream.createdAt, [startJson], this.#journal.next);
    this.#journal.wrote(body);
    this.#running.set(stream.streamId, running);
    return { head: running.head(), created: true, cancelled };
  }

  append(appends: readonly Append[]): readonly Appended[] {
    const outcomes: Appended[] = [];
    while (outcomes.length < appends.length) this.#appendSome(appends, outcomes);
    if (!this.#database.grouped) this.tidy();
    return outcomes;
  }

  /** Takes the appends that have no outcome yet, up to the second one of the same stream, in one transaction. */
  #appendSome(appends: readonly Append[], outcomes: Appended[]): void {
    const pass = (this.#passes += 1);
    const taken: Taken[] = [];
    const ends: Taken[] = [];
    let body = "";
    for (let index = outcomes.length; index < appends.length; index += 1) {
      const append = appends[index]!;
      const running = this.#running.get(append.streamId);
      if (running?.pass === pass) break;
      if (running === undefined || append.epoch !== running.epochs.length || append.seq !== running.seq + 1) {
        outcomes.push(this.#repeated(append));
        continue;
      }
      running.pass = pass;
      taken.push({ index, append, running });
      outcomes.push(running.base.cancelRequested && append.end === undefined ? STORED_AND_CANCEL : STORED);
      if (append.end !== undefined) ends.push(taken.at(-1)!);
      else if (append.events.length > 0) body += writeEntry(running.id, append);
    }
    try {
      this.#write(body, ends);
    } catch (error) {
      if (this.#database.grouped) throw error;
      for (const { index } of taken) outcomes[index] = { outcome: "failed", error: error as Error };
      return;
    }
    for (const { append, running } of taken) {
      if (append.end !== undefined) {
        this.#running.delete(append.streamId);
        this.#big.delete(running);
        continue;
      }
      running.push(append.at, append.events, this.#journal.next);
      if (running.bytes > SPILL_BYTES) this.#big.add(running);
    }
    if (body !== "") this.#journal.wrote(body);
  }

  #write(body: string, ends: readonly Taken[]): void {
    if (body === "" && ends.length === 0) return;
    this.#database.transaction(() => {
      if (body !== "") this.#journal.write(body);
      for (const { append, running } of ends) {
        const { at, end, events } = append;
        const seq = running.seq + events.length;
        const body = Buffer.concat([running.body, Buffer.from(writeLines(at, events))]);
        this.#archive.add(running.id, running.first, seq, body);
        this.#heads.ended(running.id, { seq, state: end!, retentionMs: running.base.retentionMs }, at);
      }
    });
  }

  /** The outcome of an append that is not the stream's next: it may be its last one once more (S5). */
  #repeated(append: Append): Appended {
    try {
      const head = this.head(append.streamId);
      if (head === undefined || head.gone || !mayRepeat(append, head)) return FENCED;
      if (!holdsSame(append, this.read(append.streamId, before(append, head), Infinity))) return FENCED;
      return head.cancelRequested ? STORED_AND_CANCEL : STORED;
    } catch (error) {
      return { outcome: "failed", error: error as Error };
    }
  }

  /** Archives what is long or old, and cuts the journal. Not needed for anything to be right: a failure may be ignored. */
  tidy(): void {
    const idle = this.#running.size === 0 && !this.#journal.empty;
    const cuts = idle || this.#journal.due;
    if (!cuts && this.#big.size === 0) return;
    const spilled = new Set(this.#big);
    let journalFrom = Infinity;
    if (cuts) {
      const { keepFrom } = this.#journal;
      for (const running of this.#running.values()) {
        if (running.journalFrom < keepFrom) spilled.add(running);
        else if (!spilled.has(running)) journalFrom = Math.min(journalFrom, running.journalFrom);
      }
    }
    try {
      this.#database.transaction(() => {
        for (const { id, first, seq, body } of spilled) {
          this.#archive.add(id, first, seq, body);
          this.#heads.archived(id, seq);
        }
        if (cuts) this.#journal.cut(journalFrom);
      });
    } catch {
      // The same trouble reaches the next append, and is told there.
      return;
    }
    for (const running of spilled) running.archived();
    this.#big.clear();
  }

  read(streamId: string, after: Offset | undefined, maxBytes: number): readonly StoredEvent[] {
    const running = this.#running.get(streamId);
    const row = running === undefined ? this.#heads.get(streamId) : { id: running.id, head: running.head() };
    if (row === undefined) throw streamGone(streamId);
    const portion = new Portion(row.head, after, maxBytes);
    if (portion.atEnd) return [];
    const archived = running === undefined || portion.next < running.first;
    const full = archived && !this.#archive.read(row.id, portion);
    if (!full && running !== undefined) readSegment(running.body, running.first, portion);
    if (portion.events.length === 0) throw streamGone(streamId);
    return portion.events;
  }

  head(streamId: string): StreamHead | undefined {
    return this.#running.get(streamId)?.head() ?? this.#heads.get(streamId)?.head;
  }

  find(scope: string, requestId: string): StreamHead | undefined {
    return this.#present(this.#heads.find(scope, requestId)?.head);
  }

  list(query: ListQuery): HeadPage {
    const from = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    const found = this.#heads.list(query, from, query.limit + 1).map(({ head }) => this.#present(head)!);
    const { items, ...next } = pageOf(found, query.limit, ({ createdAt, streamId }) => ({ createdAt, id: streamId }));
    return { heads: items, ...next };
  }

  /** A running stream's row does not know its last seq. */
  #present(head: StreamHead | undefined): StreamHead | undefined {
    return head === undefined ? undefined : (this.#running.get(head.streamId)?.head() ?? head);
  }

  requestCancel(streamId: string): StreamHead | undefined {
    const running = this.#running.get(streamId);
    if (running !== undefined && !running.base.cancelRequested) {
      this.#database.transaction(() => this.#heads.cancel(running.id));
      running.base = { ...running.base, cancelRequested: true };
    }
    return this.head(streamId);
  }

  rememberCancel(scope: string, requestId: string, until: number): void {
    const known = this.find(scope, requestId);
    if (known !== undefined) this.requestCancel(known.streamId);
    else this.#database.transaction(() => this.#earlyCancels.remember(scope, requestId, until));
  }

  takeover(streamId: string, fromEpoch: number): { epoch: number; seq: number } | undefined {
    const running = this.#running.get(streamId);
    if (running === undefined || running.epochs.length !== fromEpoch) return undefined;
    const seq = running.seq + 1;
    const epochs = [...running.epochs, seq];
    this.#database.transaction(() => this.#heads.epochs(running.id, epochs));
    running.base = { ...running.base, epochs };
    return { epoch: epochs.length, seq };
  }

  abandoned(): readonly StreamHead[] {
    return [...this.#inherited].flatMap(([streamId, epoch]) => {
      const running = this.#running.get(streamId);
      return running?.epochs.length === epoch ? [running.head()] : [];
    });
  }

  erase(streamId: string, forgetAt: number): void {
    if (this.#running.has(streamId)) throw new SluiceError("conflict", "A running stream cannot be erased.");
    const row = this.#heads.get(streamId);
    if (row !== undefined && !row.head.gone) this.#database.transaction(() => this.#erase(row.id, forgetAt));
  }

  #erase(id: number, forgetAt: number): void {
    this.#archive.remove(id);
    this.#heads.gone(id, forgetAt);
  }

  /** One short step of a sweep; true where more is to do. */
  sweepStep(now: number, forgetAfterMs: number): boolean {
    return this.#database.transaction(() => {
      this.#earlyCancels.sweep(now);
      const forgotten = this.#heads.due(true, now, SWEEP_STEP);
      for (const id of forgotten) this.#heads.forget(id);
      if (forgotten.length === SWEEP_STEP) return true;
      const expired = this.#heads.due(false, now, SWEEP_STEP);
      for (const id of expired) this.#erase(id, now + forgetAfterMs);
      return expired.length === SWEEP_STEP;
    });
  }

  /** Whether the file can be written now. */
  check(): void {
    this.#database.transaction(() => {});
  }
}

/** An append that is the next of its stream. */
interface Taken {
  readonly index: number;
  readonly append: Append;
  readonly running: Running;
}

/** The offset right before an append. */
function before({ seq }: Append, { epochs }: StreamHead): Offset {
  return { epoch: epochOf(epochs, seq - 1), seq: seq - 1 };
}
