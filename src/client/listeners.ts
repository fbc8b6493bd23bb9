/** Functions that want to hear of changes. What one of them throws does not reach the others, or us. */
export class Listeners {
  readonly #all = new Set<() => void>();

  /** Adds a listener; gives the way to remove it. */
  add(listener: () => void): () => void {
    const own = (): void => listener();
    this.#all.add(own);
    return () => void this.#all.delete(own);
  }

  tell(): void {
    for (const listener of this.#all) {
      try {
        listener();
      } catch (thrown) {
        queueMicrotask(() => {
          throw thrown;
        });
      }
    }
  }
}
