/** Those who want to be told of changes. */
export class Listeners {
  readonly #listeners = new Set<() => void>();

  /** Gives the way to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  tell(): void {
    for (const listener of Array.from(this.#listeners)) listener();
  }
}
