/** Time as the core sees it, so that tests need not wait. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back after `ms`; gives the way to stop it. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back at the end of this event-loop turn, once the input at hand was taken. */
  turn(callback: () => void): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(ms, 0x7fff_ffff));
    timer.unref();
    return () => clearTimeout(timer);
  },
  turn: (callback) => void setImmediate(callback),
};
