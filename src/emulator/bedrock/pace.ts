import type { Clock } from "../../clock.ts";

/** How fast a stand-in speaks. `firstTokenMs` counts from the request. */
export interface Pace {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
}

/** About how a large model on Bedrock feels. */
export const MODEL_PACE: Pace = { firstTokenMs: 300, tokensPerSecond: 60 };

/** As fast as the client takes it. */
export const FLAT_OUT: Pace = { firstTokenMs: 0, tokensPerSecond: Infinity };

/** A late timer is made up for, but a stand-in's own silence is not: it must not end in a burst. */
const CATCH_UP_MS = 50;

/** Says when the next token of one answer is due. */
export class Pacer {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #intervalMs: number;
  readonly #firstDue: number;
  #due: number | undefined;

  constructor(pace: Pace, clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#intervalMs = 1000 / pace.tokensPerSecond;
    this.#firstDue = clock.now() + pace.firstTokenMs;
  }

  /** Waits until the next token is due, or the signal fires; undefined where it is due already. */
  next(): Promise<void> | undefined {
    const now = this.#clock.now();
    this.#due = this.#due === undefined ? this.#firstDue : Math.max(this.#due + this.#intervalMs, now - CATCH_UP_MS);
    const ms = this.#due - now;
    if (ms <= 0 || this.#signal.aborted) return undefined;
    return new Promise((resolve) => {
      const stop = this.#clock.after(ms, () => {
        this.#signal.removeEventListener("abort", aborted);
        resolve();
      });
      const aborted = (): void => {
        stop();
        resolve();
      };
      this.#signal.addEventListener("abort", aborted, { once: true });
    });
  }
}
