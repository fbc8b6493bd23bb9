/** Time as the client sees it; the server's `Clock` and its fake are of this shape too. */
export interface Timers {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back after `ms`; gives the way to stop it. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own time. */
export const systemTimers: Timers = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** The timers of one client, which leaves none behind. */
export class OwnTimers implements Timers {
  readonly #timers: Timers;
  readonly #pending = new Set<() => void>();
  #stopped = false;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  now(): number {
    return this.#timers.now();
  }

  after(ms: number, callback: () => void): () => void {
    if (this.#stopped) return () => {};
    const stopTimer = this.#timers.after(ms, () => {
      this.#pending.delete(stop);
      callback();
    });
    const stop = (): void => {
      this.#pending.delete(stop);
      stopTimer();
    };
    this.#pending.add(stop);
    return stop;
  }

  /** Stops them all; none is set any more. */
  stop(): void {
    this.#stopped = true;
    for (const stop of this.#pending) stop();
  }
}

/** Resolves after `ms`; never where its timers are stopped before. */
export function sleep(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => void timers.after(ms, resolve));
}
