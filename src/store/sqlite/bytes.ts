const FIRST = 1024;

/** A text that grows, kept as UTF-8 outside the JavaScript heap: what a stream holds for long costs the collector nothing. */
export class Bytes {
  #buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(text: string): void {
    const most = this.#length + text.length * 3;
    if (most > this.#buffer.length) this.#grow(most);
    this.#length += this.#buffer.write(text, this.#length);
  }

  /** What was written, not copied: valid until the next push. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#buffer = Buffer.alloc(0);
    this.#length = 0;
  }

  toString(): string {
    return this.#buffer.toString("utf8", 0, this.#length);
  }

  #grow(least: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST, least, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
