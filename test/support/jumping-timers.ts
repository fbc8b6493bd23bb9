import type { Timers } from "../../src/client/timers.ts";

interface Waiting {
  readonly at: number;
  readonly callback: () => void;
  stop: () => void;
}

/** The machine's own time, of which a test can leave a piece out: what would fall into it is done at once. For pages, too. */
export class JumpingTimers implements Timers {
  #ahead = 0;
  readonly #waiting = new Set<Waiting>();

  now(): number {
    return Date.now() + this.#ahead;
  }

  after(ms: number, callback: () => void): () => void {
    const waiting: Waiting = { at: this.now() + ms, callback, stop: () => {} };
    this.#waiting.add(waiting);
    this.#set(waiting);
    return () => {
      this.#waiting.delete(waiting);
      waiting.stop();
    };
  }

  /** So many milliseconds are left out. */
  jump(ms: number): void {
    this.#ahead += ms;
    const all = [...this.#waiting].toSorted((one, other) => one.at - other.at);
    for (const waiting of all) {
      if (!this.#waiting.has(waiting)) continue;
      waiting.stop();
      if (waiting.at <= this.now()) this.#fire(waiting);
      else this.#set(waiting);
    }
  }

  #set(waiting: Waiting): void {
    const timer = setTimeout(() => this.#fire(waiting), Math.max(0, waiting.at - this.now()));
    waiting.stop = () => clearTimeout(timer);
  }

  #fire(waiting: Waiting): void {
    if (this.#waiting.delete(waiting)) waiting.callback();
  }
}
