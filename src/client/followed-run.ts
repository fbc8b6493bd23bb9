import { type ErrorCode, SluiceError, knownCode } from "../protocol/errors.ts";
import { type Event, type StreamState, isTerminal } from "../protocol/events.ts";
import type { JsonObject } from "../protocol/json.ts";
import { type Offset, formatOffset } from "../protocol/offset.ts";
import { EventQueue } from "./event-queue.ts";
import type { FrameRange } from "./frame-range.ts";
import { Listeners } from "./listeners.ts";
import type { Run, RunState, RunTimings } from "./run.ts";
import type { StreamReport } from "../protocol/frames.ts";

/** What the run asks of whoever follows streams for it. */
export interface RunKeeper {
  cancel(run: FollowedRun): Promise<void>;
  detach(run: FollowedRun): void;
  /** Epoch milliseconds. */
  now(): number;
  /** Follows the stream once more, for a reader that came late. */
  replay(run: FollowedRun): AsyncIterator<Event, undefined>;
}

/** Where a run comes from: a request of ours, or a stream that is there. */
export type RunOrigin =
  | { readonly route: string; readonly requestId: string; /** The message's JSON. */ readonly json: string }
  | {
      readonly streamId: string;
      /** Empty where it is not known. */
      readonly route: string;
      /** The last event that is known already. */
      readonly after: Offset | undefined;
    };

/** As `RunTimings`, while it is being written. */
type Timings = { -readonly [Key in keyof RunTimings]: RunTimings[Key] };

/** One viewer's copy of a run: its place in the stream, and what the events up to there come to. */
export class FollowedRun implements Run {
  readonly origin: RunOrigin;
  readonly started: Promise<string>;
  readonly result: Promise<unknown>;
  readonly #keeper: RunKeeper;
  readonly #started = Promise.withResolvers<string>();
  readonly #result = Promise.withResolvers<unknown>();
  readonly #queues = new Set<EventQueue<Event>>();
  readonly #listeners = new Listeners();
  #timings: Timings;
  #seen: string | undefined;
  #streamId: string | undefined;
  #place: Offset | undefined;
  #text = "";
  #state: RunState = "pending";
  #error: SluiceError | undefined;
  #over = false;
  /** Why no terminal event can come; iterators are thrown it. */
  #cut: SluiceError | undefined;
  /** It is over for us only: the stream may go on. */
  #lostTouch = false;
  /** Whether an iterator that begins now would have missed something. */
  #moved = false;
  /** The one event of a run that was cancelled before anything was sent: no server can replay it. */
  #only: Event | undefined;

  constructor(origin: RunOrigin, keeper: RunKeeper) {
    this.origin = origin;
    this.#keeper = keeper;
    this.#timings = { requestedAt: keeper.now(), chunks: 0, resumes: 0, gaps: [], duplicates: 0 };
    this.started = this.#started.promise;
    this.result = this.#result.promise;
    this.started.catch(() => {});
    this.result.catch(() => {});
    if ("streamId" in origin) {
      this.#place = origin.after;
      this.adopt(origin.streamId);
    }
  }

  get streamId(): string | undefined {
    return this.#streamId;
  }

  get requestId(): string | undefined {
    return "requestId" in this.origin ? this.origin.requestId : undefined;
  }

  get place(): Offset | undefined {
    return this.#place;
  }

  get offset(): string | undefined {
    return this.#place === undefined ? undefined : formatOffset(this.#place.epoch, this.#place.seq);
  }

  get text(): string {
    return this.#text;
  }

  get state(): RunState {
    return this.#state;
  }

  get timings(): RunTimings {
    return this.#timings;
  }

  get seen(): string | undefined {
    return this.#seen;
  }

  get error(): SluiceError | undefined {
    return this.#error;
  }

  /** Nothing more comes: the stream has ended, cannot be followed, or is followed no longer. */
  get over(): boolean {
    return this.#over;
  }

  /** The server has told the stream's end, or never began it: there is nothing to cancel. */
  get ended(): boolean {
    return this.#over && !this.#lostTouch;
  }

  cancel(): Promise<void> {
    return this.#keeper.cancel(this);
  }

  detach(): void {
    if (this.#over) return;
    this.#lostTouch = true;
    this.#close(new SluiceError("interrupted", "No longer followed here."));
    for (const queue of this.#queues) queue.end();
    this.#keeper.detach(this);
  }

  shown(): void {
    if (this.#seen === this.offset) return;
    this.#seen = this.offset;
    this.#timings.shownAt ??= this.#keeper.now();
  }

  /** A frame came out of turn: so many events were missing before it; or it came again. */
  strayed(missing: number): void {
    if (missing > 0) this.#timings.gaps = [...this.#timings.gaps, missing];
    else this.#timings.duplicates += 1;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  [Symbol.asyncIterator](): AsyncIterator<Event, undefined> {
    if (this.#moved && this.#streamId !== undefined) return this.#keeper.replay(this);
    return this.openQueue(() => {});
  }

  /** An iterator from the present place on. */
  openQueue(onLeave: () => void): EventQueue<Event> {
    const queue = new EventQueue<Event>(() => {
      this.#queues.delete(queue);
      onLeave();
    });
    this.#queues.add(queue);
    if (this.#only !== undefined) queue.push(this.#only);
    if (this.#over) queue.end(this.#cut);
    return queue;
  }

  /** The server has told the stream's id. */
  adopt(streamId: string): void {
    this.#streamId = streamId;
    this.#started.resolve(streamId);
  }

  /** Takes the events that come next. */
  take(range: FrameRange): void {
    this.#moved = true;
    this.#place = range.last;
    this.#state = "streaming";
    const now = this.#keeper.now();
    this.#timings.startedAt ??= now;
    for (const event of range.events) this.#apply(event, now);
    this.#listeners.tell();
  }

  /** The connection broke. */
  disconnected(): void {
    if (this.#state !== "streaming") return;
    this.#timings.resumes += 1;
    this.#become("resuming");
  }

  /** The server follows the stream for us again, whether or not events come. */
  caughtUp(): void {
    if (this.#state === "resuming" || this.#state === "pending") this.#become("streaming");
  }

  /** The stream ended at or before our place: what it came to is known, and no event is to come. */
  settle(report: StreamReport): void {
    this.#text = report.text ?? this.#text;
    const { error } = report;
    if (report.state === "error") this.#finish("error", failure(error?.code, error?.message ?? "The run failed."));
    else if (report.state === "cancelled") this.#finish("cancelled", cancelled());
    else this.#finish("complete", undefined, report.result);
    for (const queue of this.#queues) queue.end();
    this.#listeners.tell();
  }

  /** The run cannot be followed to its end; `lostTouch`: because we cannot reach it. */
  fail(error: SluiceError, lostTouch = false): void {
    if (this.#over) return;
    this.#lostTouch = lostTouch;
    this.#cut = error;
    this.#finish("error", error);
    for (const queue of this.#queues) queue.end(error);
    this.#listeners.tell();
  }

  /** Cancelled before anything was sent. */
  cancelUnsent(): void {
    const event: Event = { type: "cancelled", partialLength: 0 };
    this.#apply(event, 0);
    this.#only = event;
    this.#listeners.tell();
  }

  #apply(event: Event, now: number): void {
    if (this.#over || !isKnown(event)) return;
    if (event.type === "text-delta") {
      this.#text += event.text;
      this.#timings.firstAt ??= now;
      this.#timings.lastAt = now;
      this.#timings.chunks += 1;
    }
    if (event.type === "complete") this.#text = event.text;
    for (const queue of this.#queues) queue.push(event);
    if (!isTerminal(event)) return;
    if (event.type === "complete") this.#finish("complete", undefined, event.result);
    else this.#finish(event.type, event.type === "cancelled" ? cancelled() : failureOf(event));
    for (const queue of this.#queues) queue.end();
  }

  #finish(state: Exclude<StreamState, "running">, error: SluiceError | undefined, result?: unknown): void {
    this.#state = state;
    if (error !== undefined) return this.#close(error);
    this.#over = true;
    this.#result.resolve(result);
  }

  #close(error: SluiceError): void {
    this.#over = true;
    this.#error = error;
    this.#started.reject(error);
    this.#result.reject(error);
  }

  #become(state: RunState): void {
    this.#state = state;
    this.#listeners.tell();
  }
}

/** Whether this frame answers the run's own request. */
export function asked(run: FollowedRun, frame: JsonObject): boolean {
  return run.streamId === undefined && run.requestId !== undefined && run.requestId === frame["requestId"];
}

/** Every event type of this release; a newer server may send others. */
const KNOWN: readonly string[] = [
  "start",
  "status",
  "text-delta",
  "reasoning-delta",
  "message",
  "tool-call",
  "tool-result",
  "data",
  "usage",
  "complete",
  "error",
  "cancelled",
] satisfies readonly Event["type"][];

function isKnown(event: Event | null | undefined): event is Event {
  return KNOWN.includes(event?.type as string);
}

function cancelled(): SluiceError {
  return new SluiceError("cancelled", "The run was cancelled.");
}

function failure(code: ErrorCode | undefined, message: string, retryAfterMs?: number): SluiceError {
  return new SluiceError(knownCode(code) ?? "internal", message, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function failureOf(event: Event & { type: "error" }): SluiceError {
  return failure(event.code, event.message, event.retryAfterMs);
}
