const FIRST_BYTES = 512;
const UNIT_BYTES = 2;

/** A text that grows by small pieces, kept outside the JavaScript heap: holding it costs the collector nothing. */
export class Pile {
  #buffer = Buffer.alloc(0);
  #bytes = 0;

  /** UTF-16 units. */
  get length(): number {
    return this.#bytes / UNIT_BYTES;
  }

  /** Units are kept as they are: a surrogate pair may come in two pieces. */
  push(piece: string): void {
    const needed = this.#bytes + piece.length * UNIT_BYTES;
    if (needed > this.#buffer.length) this.#grow(needed);
    this.#bytes += this.#buffer.write(piece, this.#bytes, "utf16le");
  }

  toString(): string {
    return this.#buffer.toString("utf16le", 0, this.#bytes);
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#bytes);
    this.#buffer = larger;
  }
}
