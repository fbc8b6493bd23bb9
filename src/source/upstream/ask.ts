import { type Clock, systemClock } from "../../clock.ts";
import type { ProgressEvent } from "../../protocol/events.ts";
import type { ModelAnswer } from "../../source.ts";
import { UpstreamCall } from "./call.ts";
import { type Failure, silent, truncated } from "./failure.ts";
import type { Upstream } from "./upstream.ts";

/** How patient a source is. */
export interface Patience {
  /** How often one answer is asked for at most, while nothing of it was seen; default 3. */
  readonly maxAttempts?: number;
  /** How long the model may be silent; default 60 s. */
  readonly inactivityMs?: number;
  readonly clock?: Clock;
}

/** A provider, as `ask` needs it. */
export interface Provider {
  /** Makes the request of one attempt; it throws `bad_request` for what cannot be brought to the model (M8). */
  begin(): Upstream;
  /** Names what the upstream threw. `streaming`: whether the answer had begun. */
  toFailure(thrown: unknown, streaming: boolean): Failure;
}

/** Asks a provider for one answer by the laws of a source: M2 to M7 are kept here, whoever the provider is. */
export async function* ask(
  provider: Provider,
  signal: AbortSignal,
  patience: Patience,
): AsyncGenerator<readonly ProgressEvent[], ModelAnswer, void> {
  const { clock = systemClock, maxAttempts = 3, inactivityMs = 60_000 } = patience;
  for (let attempts = 0; ;) {
    signal.throwIfAborted();
    const upstream = provider.begin();
    const call = new UpstreamCall(upstream, { signal, clock, inactivityMs });
    let failure: Failure | undefined;
    let streaming = false;
    let yielded = false;
    try {
      for (;;) {
        let events: readonly ProgressEvent[] | undefined;
        // Only what comes from upstream is named here: what the reader of this generator throws into it passes through.
        try {
          if (!streaming) await call.open();
          streaming = true;
          events = await call.next();
        } catch (thrown) {
          failure = provider.toFailure(thrown, streaming);
          break;
        }
        if (events === undefined || signal.aborted) break;
        if (events.length > 0) {
          yielded = true;
          yield events;
        }
      }
    } finally {
      call.close();
    }
    signal.throwIfAborted();
    if (call.timeout !== undefined) failure = silent(call.timeout);
    const answer = upstream.answer();
    // After the end mark, what broke on the way costs the usage only (law 10).
    if (answer !== undefined && (failure === undefined || failure.broken)) return answer;
    failure ??= truncated();
    attempts += failure.attempts;
    if (yielded || !failure.retry || attempts >= maxAttempts) throw failure.error;
    await pause(Math.max(backoffMs(attempts), failure.error.retryAfterMs ?? 0), clock, signal);
  }
}

/** 250 ms, doubled with each attempt, of which half is chance, so that those who failed together do not come back together. */
function backoffMs(attempts: number): number {
  const full = Math.min(250 * 2 ** (attempts - 1), 8000);
  return full / 2 + (Math.random() * full) / 2;
}

/** Ends early when the signal fires. */
function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const stop = clock.after(ms, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
