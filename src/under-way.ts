/** Work that was begun and is to be done before whoever began it closes. */
export class UnderWay {
  readonly #works = new Set<Promise<void>>();

  /** Gives the work back: how it ends is told to whoever waits for that. */
  add(work: Promise<void>): Promise<void> {
    this.#works.add(work);
    return work.finally(() => this.#works.delete(work));
  }

  /** Resolves when none is left, however each has ended. */
  async settled(): Promise<void> {
    while (this.#works.size > 0) await Promise.allSettled(this.#works);
  }
}
