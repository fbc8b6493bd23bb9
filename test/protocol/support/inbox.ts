/** A bound on what should take a moment. */
const PATIENCE_MS = 10_000;

/** What came from the server, taken one after another. */
export class Inbox<T> {
  readonly #items: T[] = [];
  #changed = Promise.withResolvers<void>();
  #end: string | undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#tell();
  }

  /** Nothing comes any more. */
  end(reason: string): void {
    this.#end ??= reason;
    this.#tell();
  }

  /** The next one; undefined where none can come any more. Rejects where it takes too long. */
  async next(what: string): Promise<T | undefined> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`${what} did not come in time`)), PATIENCE_MS);
    try {
      while (this.#items.length === 0 && this.#end === undefined)
        await Promise.race([this.#changed.promise, late.promise]);
      return this.#items.shift();
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next one. Rejects where none comes. */
  async take(what: string): Promise<T> {
    const item = await this.next(what);
    if (item === undefined) throw new Error(`${what} did not come: ${this.#end}`);
    return item;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
