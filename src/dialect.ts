/**
 * CONTRACT: our events ↔ somebody's wire messages. Implementations in dialect/ and in each app.
 *
 * D1 Pure: a frame's body follows from the start event and one event alone, so that any node can go on encoding from any offset.
 * D2 One event gives at most one frame (law 3). Unknown event types give none.
 * D3 The body carries no `streamId`, `offset` or `requestId`: the core adds them. `start` and `cancelled` never reach a dialect:
 *    they look alike in all of them.
 * D4 `error` and the frame of an `error` event have the same form.
 */
import type { SluiceError } from "./protocol/errors.ts";
import type { CompleteEvent, Event, StartEvent } from "./protocol/events.ts";
import type { JsonObject } from "./protocol/json.ts";

export interface Dialect {
  readonly name: string;
  /** What each frame must repeat of the request, kept in the start event as `echo`. */
  echo?(input: JsonObject, route: string): JsonObject | undefined;
  /** The frame's body for this event; `at` is its commit time in epoch milliseconds. */
  encode(start: StartEvent, event: Event, at: number): JsonObject | undefined;
  /** The error answer to `message` (absent where it could not be read). */
  error(error: SluiceError, message?: JsonObject): JsonObject;
  /** The REST answer, where it is not the frame of the `complete` event. */
  answer?(start: StartEvent, event: CompleteEvent): JsonObject;
  /** Set on a dialect whose frames carry the events as they were stored, many in one (PROTOCOL.md section 8). */
  readonly raw?: true;
}
