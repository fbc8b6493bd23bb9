import type { SluiceError } from "../protocol/errors.ts";
import type { Event } from "../protocol/events.ts";

/** How a run stands, as its viewer sees it. */
export type RunState = "pending" | "streaming" | "resuming" | "complete" | "error" | "cancelled";

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
  /** Why it ended without a result. */
  readonly error: SluiceError | undefined;
  /** What the handler returned; rejects with a SluiceError where it failed, was cancelled, or is no longer followed. */
  readonly result: Promise<Result>;
  /** Stops the run; resolves when the server has confirmed it, or when nothing runs. */
  cancel(): Promise<void>;
  /** Stops following. The run goes on. */
  detach(): void;
  /** Calls back after each change; gives the way to stop that. */
  subscribe(listener: () => void): () => void;
}
