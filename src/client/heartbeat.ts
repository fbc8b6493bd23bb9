import type { Timers } from "./timers.ts";

const SILENCE_MS = 15_000;
const ANSWER_MS = 5_000;

/** Tells an open socket from a live one: after 15 s of silence it asks, and 5 s later it stops believing. */
export class Heartbeat {
  readonly #timers: Timers;
  readonly #ask: () => void;
  readonly #giveUp: () => void;
  #heardAt: number;
  /** Something has come since it last asked. */
  #answered = false;
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
    this.#answered = true;
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
    this.#answered = false;
    this.#stopTimer = this.#timers.after(ANSWER_MS, () => {
      if (!this.#answered) return this.#giveUp();
      this.#stopTimer = this.#listen(SILENCE_MS - (this.#timers.now() - this.#heardAt));
    });
    this.#ask();
  }
}
