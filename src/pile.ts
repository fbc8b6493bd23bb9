/** Pieces that are packed into one string: memory then holds one object for many of them. */
const PACK = 16;

/** A text that grows by small pieces, cheap to keep: neither a long chain of joints nor a copy for each piece. */
export class Pile {
  readonly #packed: string[] = [];
  #loose: string[] = [];
  #length = 0;

  /** UTF-16 units. */
  get length(): number {
    return this.#length;
  }

  push(piece: string): void {
    this.#length += piece.length;
    if (this.#loose.push(piece) < PACK) return;
    this.#packed.push(this.#loose.join(""));
    this.#loose = [];
  }

  toString(): string {
    return this.#packed.join("") + this.#loose.join("");
  }
}
