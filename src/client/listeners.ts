/** Functions that want to hear of something. What one of them throws does not reach the others, or us. */
export class Listeners<T = void> {
  readonly #all = new Set<(what: T) => void>();

  /** Adds a listener; gives the way to remove it. */
  add(listener: (what: T) => void): () => void {
    const own = (what: T): void => listener(what);
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(what: T): void {
    for (const listener of this.#all) {
      try {
        listener(what);
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}
