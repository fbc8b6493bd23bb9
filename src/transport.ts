/**
 * CONTRACT: one way to carry frames to one client. Implementations in transport/.
 *
 * T1 Frames go out whole, in the order sent, or the connection is closed.
 * T2 Bounded. `writable` turns false when the client does not take what was sent; nobody sends before `drained` was told,
 *    except the few frames that answer a client's own message (law 7). `bufferedBytes`: about how much of what was sent still
 *    waits in this process.
 * T3 `send` never throws: where the client is gone it does nothing, and `closed` is told once.
 * T4 The reason first: where `close` carries an error, an error frame was sent before it; the close code repeats it where the host allows.
 * T5 `cut` ends the link at once and without a word, as a network that fails does; `closed` is told as then. A transport that does
 *    not hold its link has none.
 */
import type { SluiceError } from "./protocol/errors.ts";
import type { TerminalEvent } from "./protocol/events.ts";
import type { JsonObject } from "./protocol/json.ts";

/** One frame on its way out. `json` is what travels; the rest lets a transport frame it and know when it is done. */
export interface Frame {
  readonly json: string;
  /** Set on the frames of a stream, and only on them. */
  readonly streamId?: string;
  /** Place of the last event that the frame covers. */
  readonly offset?: string;
  /** The stream's terminal event, on its last frame. */
  readonly terminal?: TerminalEvent;
  /** What a REST caller gets for that terminal event, where the dialect has a form of its own. */
  readonly answer?: JsonObject;
  /** Set on a frame that says a request failed and that belongs to no stream. */
  readonly error?: SluiceError;
  /** Set on `ended`: nothing of that stream follows. */
  readonly ended?: true;
}

export interface Transport {
  readonly kind: "websocket" | "sse" | "rest" | "poll" | "post";
  readonly writable: boolean;
  readonly bufferedBytes: number;
  send(frame: Frame): void;
  /** Stops reading from the client until `resume` (bounded inbound queue). */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  cut?(): void;
}
