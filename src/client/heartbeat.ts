import type { Timers } from "./timers.ts";

const SILENCE_MS = 15_000;
const ANSWER_MS = 5_000;

/** Tells an open socket from a live one: after 15 s of silence it asks, and 5 s later it stops believing. */
export class Heartbeat {
  readonly #timers: Timers;
  readonly #ask: () => void;
  readonly #giveUp: () => void;
  #heardAt: number;
  #stopTimer: () => void;

  constructor(timers: Timers, ask: () => void, giveUp: () => void) {
    this.#timers = timers;
    this.#ask = ask;
    this.#giveUp = giveUp;
    this.#heardAt = timers.now();
    this.#stopTimer = this.#listen(SILENCE_MS);
  }

  /** Something came. Costs no timer, since it is called for every frame. */
  heard(): void {
    this.#heardAt = this.#timers.now();
  }

  stop(): void {
    this.#stopTimer();
  }

  #listen(ms: number): () => void {
    return this.#timers.after(ms, () => {
      const silence = this.#timers.now() - this.#heardAt;
      if (silence < SILENCE_MS) this.#stopTimer = this.#listen(SILENCE_MS - silence);
      else this.probe();
    });
  }

  /** Asks at once. */
  probe(): void {
    this.#stopTimer();
    const heardBefore = this.#heardAt;
    this.#stopTimer = this.#timers.after(ANSWER_MS, () => {
      if (this.#heardAt === heardBefore) return this.#giveUp();
      this.#stopTimer = this.#listen(SILENCE_MS - (this.#timers.now() - this.#heardAt));
    });
    this.#ask();
  }
}
