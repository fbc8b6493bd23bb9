import type { SluiceError } from "../protocol/errors.ts";
import type { Event } from "../protocol/events.ts";

/** How a run stands, as its viewer sees it. */
export type RunState = "pending" | "streaming" | "resuming" | "complete" | "error" | "cancelled";

/** When things came to this viewer, epoch milliseconds, and what it took. */
export interface RunTimings {
  /** It was asked for here. */
  readonly requestedAt: number;
  /** The first event came. */
  readonly startedAt?: number;
  /** The first piece of text came, and the last one so far. */
  readonly firstAt?: number;
  readonly lastAt?: number;
  /** Something of it was on the screen first (`shown`). */
  readonly shownAt?: number;
  /** Pieces of text that came; one may hold several of the model's. */
  readonly chunks: number;
  /** Times that it was asked for again, after the connection broke. */
  readonly resumes: number;
  /** Frames that came before those that they follow; how many events were missing then. All came later. */
  readonly gaps: readonly number[];
  /** Frames that came again, and were dropped. */
  readonly duplicates: number;
}

/**
 * A run that is followed. Iterating gives every event exactly once, in order, however late it begins, and ends after the
 * terminal event; it throws a SluiceError only where no terminal event can come (`stream_gone`, `not_found` …).
 */
export interface Run<Result = unknown> extends AsyncIterable<Event, undefined> {
  /** Undefined until the server has told it. */
  readonly streamId: string | undefined;
  /** Resolves with the stream's id; rejects where the run never began. */
  readonly started: Promise<string>;
  /** The request's id; undefined on a stream that is only followed. */
  readonly requestId: string | undefined;
  /** Place of the last event that came, to go on from with `client.follow`. */
  readonly offset: string | undefined;
  /** The text that came so far; the whole answer once complete. */
  readonly text: string;
  readonly state: RunState;
  readonly timings: RunTimings;
  /** Place up to which the viewer has seen it, as far as `shown` was called. */
  readonly seen: string | undefined;
  /** Why it ended without a result. */
  readonly error: SluiceError | undefined;
  /** What the handler returned; rejects with a SluiceError where it failed, was cancelled, or is no longer followed. */
  readonly result: Promise<Result>;
  /** Stops the run; resolves when the server has confirmed it, or when nothing runs. */
  cancel(): Promise<void>;
  /** Stops following. The run goes on. */
  detach(): void;
  /** Says that everything that came so far is on the screen now. */
  shown(): void;
  /** Calls back after each change; gives the way to stop that. */
  subscribe(listener: () => void): () => void;
}
