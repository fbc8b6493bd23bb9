/** Something that may happen while nobody waits for it: then the next wait is over at once. */
export class Signal {
  #waiting: PromiseWithResolvers<void> | undefined;
  #given = false;

  give(): void {
    this.#given = true;
    this.#waiting?.resolve();
  }

  /** Resolves when it has been given since the last wait. */
  async wait(): Promise<void> {
    if (!this.#given) {
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
    }
    this.#given = false;
  }
}

/** Calls back once when any of them is aborted, or has been; gives the way to stop that. */
export function onceAborted(signals: readonly AbortSignal[], callback: () => void): () => void {
  for (const signal of signals) signal.addEventListener("abort", callback, { once: true });
  if (signals.some(({ aborted }) => aborted)) callback();
  return () => {
    for (const signal of signals) signal.removeEventListener("abort", callback);
  };
}
