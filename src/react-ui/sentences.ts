import type { TextState } from "../react/index.ts";

const SENTENCE_END = /[.!?…:]["'”’)\]]*\s|\n/g;

/** Reads a growing text sentence by sentence; each is given once. */
export class Sentences {
  /** What was given: all blocks before this one, and so much of it (or of the tail behind the last). */
  #block = 0;
  #length = 0;

  /** The sentences that have ended since the last time; all the rest where the text is done. */
  next({ blocks, tail, done }: TextState): string {
    const fresh = [...blocks.slice(this.#block), tail].join("").slice(this.#length);
    const given = fresh.slice(0, done ? fresh.length : lastEnd(fresh));
    this.#length += given.length;
    for (let block = blocks[this.#block]; block !== undefined && this.#length >= block.length;) {
      this.#length -= block.length;
      this.#block += 1;
      block = blocks[this.#block];
    }
    return given.trim();
  }
}

/** Where the last whole sentence ends; 0 where there is none. */
function lastEnd(text: string): number {
  let end = 0;
  for (const match of text.matchAll(SENTENCE_END)) end = match.index + match[0].length;
  return end;
}
