/** What the views ask of the page that they are shown on. */
export interface Page {
  /** Milliseconds that have passed since some time. */
  now(): number;
  /** Calls back after `ms`; gives the way to stop it. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back before the next picture is drawn; perhaps never. */
  frame(callback: () => void): void;
  /** Nobody sees it now. */
  hidden(): boolean;
  /** Calls back once, when it is seen again; the same callback is not called twice. */
  seen(callback: () => void): void;
}

/** The browser's; where there is none, timers alone. */
export const browserPage: Page = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  frame: (callback) => globalThis.requestAnimationFrame?.(callback),
  hidden: () => globalThis.document?.hidden,
  seen: (callback) => document.addEventListener("visibilitychange", callback, { once: true }),
};
