import { S3Error } from "./s3-error.ts";

/** The memory that an emulator may hold: what is stored, and what is on its way. */
export class Room {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** Throws where it would be too much. */
  take(bytes: number): void {
    if (bytes > this.#left) throw new S3Error("EntityTooLarge", "The emulator's memory is full.");
    this.#left -= bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}
