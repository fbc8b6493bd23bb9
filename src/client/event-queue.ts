/** A reader that has asked and waits. */
type Waiting<T> = PromiseWithResolvers<IteratorResult<T, undefined>>;

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/** Keeps what a slow reader has not taken yet, in order; it ends, or fails, after the last of it. */
export class EventQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #onLeave: () => void;
  #incoming: T[] = [];
  /** The oldest items, reversed. */
  #outgoing: T[] = [];
  #waiting: Waiting<T>[] = [];
  #closed = false;
  #error: Error | undefined;

  /** `onLeave`: the reader has left, or has reached the end. */
  constructor(onLeave: () => void) {
    this.#onLeave = onLeave;
  }

  push(item: T): void {
    if (this.#closed) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#incoming.push(item);
    else waiting.resolve({ done: false, value: item });
  }

  /** Nothing follows; with an error, the reader is thrown it once it has taken the rest. */
  end(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#error = error;
    const [first, ...others] = this.#waiting;
    this.#waiting = [];
    if (first !== undefined) this.#finish().then(first.resolve, first.reject);
    for (const waiting of others) waiting.resolve(DONE);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#outgoing.length === 0) {
      this.#outgoing = this.#incoming.reverse();
      this.#incoming = [];
    }
    if (this.#outgoing.length > 0) return Promise.resolve({ done: false, value: this.#outgoing.pop()! });
    if (this.#closed) return this.#finish();
    const waiting: Waiting<T> = Promise.withResolvers();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#incoming = [];
    this.#outgoing = [];
    this.end();
    this.#error = undefined;
    this.#onLeave();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #finish(): Promise<IteratorResult<T, undefined>> {
    this.#onLeave();
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw error;
    return DONE;
  }
}
