import type { Clock } from "./clock.ts";

interface Window {
  readonly until: number;
  used: number;
}

/** So many names are counted before those whose time is over are looked for. */
const FIRST_SWEEP = 1024;

/** Counts what is used by name, each in windows of time that begin with a first use. */
export class Windows {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  #sweepAt = FIRST_SWEEP;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Names that are counted. */
  get size(): number {
    return this.#windows.size;
  }

  /** Takes one of `points`; gives 0, or the milliseconds until there is one again. */
  spend(name: string, points: number, windowMs: number): number {
    const now = this.#clock.now();
    const window = this.#current(name, now, windowMs);
    if (window.used >= points) return window.until - now;
    window.used += 1;
    return 0;
  }

  /** Counts what was used already. */
  charge(name: string, used: number, windowMs: number): void {
    this.#current(name, this.#clock.now(), windowMs).used += used;
  }

  /** Milliseconds until there is one of `points` again; 0 where there is. */
  exhausted(name: string, points: number): number {
    const window = this.#windows.get(name);
    return window === undefined || window.used < points ? 0 : Math.max(0, window.until - this.#clock.now());
  }

  #current(name: string, now: number, windowMs: number): Window {
    const known = this.#windows.get(name);
    if (known !== undefined && known.until > now) return known;
    if (this.#windows.size >= this.#sweepAt) this.#sweep(now);
    const window = { until: now + windowMs, used: 0 };
    this.#windows.set(name, window);
    return window;
  }

  #sweep(now: number): void {
    for (const [name, { until }] of this.#windows) if (until <= now) this.#windows.delete(name);
    this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.#windows.size);
  }
}
