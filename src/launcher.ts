/**
 * CONTRACT: begins a run in a process of its own, where the one that took the request does not live long enough (host/lambda).
 *
 * L1 `launch` resolves once the job is handed over for good, and rejects where it is not: then nobody runs it.
 * L2 A job may be handed over late, twice or never. Whoever runs it claims its stream first by a takeover, so that it runs once;
 *    the lease of one that never runs runs out (law 5).
 */
import type { Caller } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";

/** What another process needs to run an accepted request. It survives JSON. */
export interface Job {
  readonly streamId: string;
  /** The epoch from which its stream is to be taken over: 1 where nobody has run it yet. */
  readonly epoch: number;
  /** The request as it was sent, without `action` and `requestId`. */
  readonly input: JsonObject;
  readonly caller: Caller;
  /** It was cancelled before it came (law 6). */
  readonly cancelled: boolean;
}

export interface Launcher {
  launch(job: Job): Promise<void>;
}
