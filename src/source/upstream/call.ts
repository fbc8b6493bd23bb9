import type { Clock } from "../../clock.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { ProgressEvent } from "../../protocol/events.ts";
import type { Upstream } from "./upstream.ts";
import { Watchdog } from "./watchdog.ts";

export interface UpstreamCallOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly inactivityMs: number;
}

/**
 * One watched request to the model. Whoever makes one must `close` it: no provider's client ends a request that is only left.
 * When the caller's signal fires or the model falls silent the request is aborted; its events then end or throw, which says
 * nothing about why: look at the signal and at `timeout`.
 */
export class UpstreamCall {
  readonly #upstream: Upstream;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #watchdog: Watchdog;
  #timeout: SluiceError | undefined;

  constructor(upstream: Upstream, { signal, clock, inactivityMs }: UpstreamCallOptions) {
    this.#upstream = upstream;
    this.#signal = signal;
    this.#watchdog = new Watchdog(clock, inactivityMs, () => {
      this.#timeout = new SluiceError("timeout", `The model sent nothing for ${Math.round(inactivityMs / 1000)} s.`);
      this.#stop(this.#timeout);
    });
    signal.addEventListener("abort", this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  /** Set where the model fell silent. */
  get timeout(): SluiceError | undefined {
    return this.#timeout;
  }

  /** Asks the model. The client may be between two attempts of its own, where it does not look at the signal. */
  open(): Promise<void> {
    const { signal } = this.#abort;
    return untilAborted(this.#upstream.open(signal), signal);
  }

  /** What came in since the last time, perhaps no event; undefined at the end. */
  async next(): Promise<readonly ProgressEvent[] | undefined> {
    this.#watchdog.wait();
    const events = await this.#upstream.next();
    this.#watchdog.rest();
    return events;
  }

  /** Stops whatever still runs. */
  close(): void {
    this.#watchdog.stop();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#stop();
  }

  readonly #onAbort = (): void => this.#stop(this.#signal.reason);

  /** The request goes first, so that its handler tells the other end why. */
  #stop(reason?: unknown): void {
    this.#abort.abort(reason);
    this.#upstream.stop();
  }
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason as Error);
    if (signal.aborted) aborted();
    signal.addEventListener("abort", aborted, { once: true });
    promise.then(resolve, reject);
  });
}
