import { deltaJson } from "./merge.ts";
import type { Limits } from "./limits.ts";
import type { SluiceError } from "./protocol/errors.ts";
import { type Event, isTerminal } from "./protocol/events.ts";
import type { Append, Appended } from "./store.ts";
import type { Entry, Stream } from "./stream.ts";

/** What a run hears of its writing. */
export interface WriterEvents {
  /** Somebody asked for the run's cancel. */
  cancelRequested(): void;
  /** Another writer has taken over: nothing more can be written (law 5). */
  fenced(): void;
  /** The store has not taken what was written for longer than a run may wait. */
  stuck(error: SluiceError): void;
  /** The terminal event is stored. */
  ended(): void;
}

/** An event on its way to the store; its time is that of the commit. */
interface Uncommitted extends Entry {
  at: number;
  readonly event: Event;
}

/** The writing end of a stream in one epoch: gathers events until the next commit. */
export class Writer {
  readonly stream: Stream;
  readonly epoch: number;
  readonly #events: WriterEvents;
  readonly #schedule: (writer: Writer) => void;
  readonly #limits: Limits;
  #pending: Uncommitted[] = NONE;
  /** The JSON of each, as the store takes it. */
  #texts: string[] = NO_TEXTS;
  #pendingBytes = 0;
  #nextSeq: number;
  /** What was handed to the store and not yet acknowledged; offered again as it is (S5). */
  #offered: { readonly append: Append; readonly entries: readonly Entry[] } | undefined;
  #waiting: (() => void) | undefined;
  #closed = false;
  #left: (() => void) | undefined;
  #troubleSince: number | undefined;

  constructor(stream: Stream, epoch: number, events: WriterEvents, schedule: (writer: Writer) => void, limits: Limits) {
    this.stream = stream;
    this.epoch = epoch;
    this.#nextSeq = stream.seq + 1;
    this.#events = events;
    this.#schedule = schedule;
    this.#limits = limits;
  }

  /** Adds an event to the next commit; a long text becomes several deltas. */
  append(event: Event): void {
    if (this.#closed) return;
    if (event.type === "text-delta" && event.text.length > this.#limits.mergedBytes) {
      for (const text of pieces(event.text, this.#limits.mergedBytes)) this.append({ type: "text-delta", text });
      return;
    }
    const json = event.type === "text-delta" ? deltaJson(event.text) : JSON.stringify(event);
    const entry = { epoch: this.epoch, seq: this.#nextSeq, at: 0, json, event };
    // Most commits take one event of a stream: a list made around its first item has no spare room.
    if (this.#pending.length === 0) {
      this.#pending = [entry];
      this.#texts = [json];
    } else {
      this.#pending.push(entry);
      this.#texts.push(json);
    }
    this.#pendingBytes += json.length;
    this.#nextSeq += 1;
    if (isTerminal(event)) this.#closed = true;
    this.#schedule(this);
  }

  /** Takes nothing more; calls back once everything is stored. */
  leave(left: () => void): void {
    this.#closed = true;
    if (this.dirty) this.#left = left;
    else left();
  }

  /** More is waiting than one commit may hold: wait for `drained`. */
  get congested(): boolean {
    return this.#pendingBytes > this.#limits.maxPendingBytes;
  }

  /** Resolves when less is waiting, or when nothing more will be written. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** The next append to store, undefined where nothing waits. */
  take(now: number): Append | undefined {
    if (this.#offered !== undefined) return this.#offered.append;
    if (this.#pending.length === 0) return undefined;
    const entries = this.#pending;
    for (const entry of entries) entry.at = now;
    const last = entries.at(-1)!.event;
    const next = { streamId: this.stream.id, epoch: this.epoch, seq: entries[0]!.seq, at: now, events: this.#texts };
    const append: Append = isTerminal(last) ? { ...next, end: last.type } : next;
    this.#offered = { append, entries };
    this.#pending = NONE;
    this.#texts = NO_TEXTS;
    this.#pendingBytes = 0;
    return append;
  }

  /** Whether something waits to be stored. */
  get dirty(): boolean {
    return this.#offered !== undefined || this.#pending.length > 0;
  }

  /** Takes the store's word on the append that `take` gave; true where the stream moved. */
  settle(appended: Appended, now: number, error: SluiceError): boolean {
    if (appended.outcome === "failed") {
      this.#failed(now, error);
      return false;
    }
    const offered = this.#offered!;
    this.#offered = undefined;
    this.#troubleSince = undefined;
    this.stream.trouble = undefined;
    this.#release();
    if (appended.outcome === "fenced") {
      this.#closed = true;
      this.#pending = NONE;
      this.#texts = NO_TEXTS;
      this.#pendingBytes = 0;
      this.#events.fenced();
      return false;
    }
    this.stream.committed(offered.entries);
    if (offered.append.end !== undefined) this.#events.ended();
    else if (appended.cancel) this.#events.cancelRequested();
    if (this.#left !== undefined && !this.dirty) this.#left();
    return true;
  }

  #failed(now: number, error: SluiceError): void {
    this.#troubleSince ??= now;
    if (now - this.#troubleSince < this.#limits.commitPatienceMs || this.stream.trouble !== undefined) return;
    this.stream.trouble = error;
    this.#release();
    this.#events.stuck(error);
  }

  #release(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}

/** Nothing waits; nothing is ever put in. */
const NONE: Uncommitted[] = [];
const NO_TEXTS: string[] = [];

/** Cuts a long text without breaking a surrogate pair. */
function pieces(text: string, length: number): string[] {
  const cuts: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = Math.min(from + length, text.length);
    const unit = text.charCodeAt(to - 1);
    if (to < text.length && unit >= 0xd800 && unit <= 0xdbff) to -= 1;
    cuts.push(text.slice(from, to));
    from = to;
  }
  return cuts;
}
