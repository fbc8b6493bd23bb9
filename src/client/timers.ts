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

/** Resolves after `ms`. */
export function sleep(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => void timers.after(ms, resolve));
}
