import type { Clock } from "../../clock.ts";

const SECOND = 1000;

/** A bucket that holds the requests of one second, and fills as time passes. */
export class Throttle {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #left: number;
  #at: number;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#left = perSecond;
    this.#at = clock.now();
  }

  /** Takes one request; false where there are too many. */
  take(): boolean {
    const now = this.#clock.now();
    // Only time that passes counts: a clock may be set back.
    if (now > this.#at)
      this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / SECOND) * this.#perSecond);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
