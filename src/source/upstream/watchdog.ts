import type { Clock } from "../../clock.ts";

/** Barks when a chunk was waited for longer than `ms`. One timer for a whole stream: what happens for each chunk is cheap. */
export class Watchdog {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #bark: () => void;
  #waitingSince: number | undefined;
  #stop: () => void;

  constructor(clock: Clock, ms: number, bark: () => void) {
    this.#clock = clock;
    this.#ms = ms;
    this.#bark = bark;
    this.#waitingSince = clock.now();
    this.#stop = clock.after(ms, this.#look);
  }

  /** The wait for the next chunk begins. */
  wait(): void {
    this.#waitingSince = this.#clock.now();
  }

  /** A chunk is here; the time that its reader takes is no silence. */
  rest(): void {
    this.#waitingSince = undefined;
  }

  stop(): void {
    this.#stop();
  }

  readonly #look = (): void => {
    const silent = this.#waitingSince === undefined ? 0 : this.#clock.now() - this.#waitingSince;
    if (silent >= this.#ms) return this.#bark();
    this.#stop = this.#clock.after(this.#ms - silent, this.#look);
  };
}
