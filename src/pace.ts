import type { Clock } from "./clock.ts";
import type { AppMetrics } from "./metrics.ts";

/** How fast the text of one run comes: one reading of the clock for each delta. */
export class Pace {
  readonly #metrics: Pick<AppMetrics, "firstToken" | "interToken">;
  readonly #clock: Pick<Clock, "now">;
  /** Of the last delta; of the beginning, before the first. */
  #last: number | undefined;
  #next: "firstToken" | "interToken" = "firstToken";
  #tokens = 0;
  #firstTokenMs: number | undefined;

  constructor(metrics: Pick<AppMetrics, "firstToken" | "interToken">, clock: Pick<Clock, "now">) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /** Text deltas so far. */
  get tokens(): number {
    return this.#tokens;
  }

  /** Undefined before the first delta, and on a run that goes on. */
  get firstTokenMs(): number | undefined {
    return this.#firstTokenMs;
  }

  /** The run's handler begins; one that goes on from a partial text has its first token behind it. */
  begin(goesOn: boolean): void {
    if (goesOn) this.#next = "interToken";
    else this.#last = this.#clock.now();
  }

  delta(): void {
    const now = this.#clock.now();
    // A clock that was set back shows no negative time.
    const ms = this.#last === undefined ? undefined : Math.max(0, now - this.#last);
    if (ms !== undefined) this.#metrics[this.#next].observe(ms);
    if (this.#next === "firstToken") this.#firstTokenMs = ms;
    this.#tokens += 1;
    this.#last = now;
    this.#next = "interToken";
  }
}
