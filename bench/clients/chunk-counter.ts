import { MARK } from "../job.ts";

const MARK_BYTE = MARK.charCodeAt(0);
const NOUGHT = 0x30;
const NINE = 0x39;

/** Counts the chunks in a stream of bytes, however they are framed and merged: each says its mark before a digit. */
export class ChunkCounter {
  count = 0;
  #markWasLast = false;

  take(bytes: Uint8Array, length: number): void {
    let next = bytes[0]!;
    if (this.#markWasLast && next >= NOUGHT && next <= NINE) this.count += 1;
    const end = length - 1;
    for (let at = 0; at < end; at += 1) {
      const byte = next;
      next = bytes[at + 1]!;
      if (byte === MARK_BYTE && next >= NOUGHT && next <= NINE) this.count += 1;
    }
    this.#markWasLast = next === MARK_BYTE;
  }
}
