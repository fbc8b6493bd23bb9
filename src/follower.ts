import type { Encoder } from "./encoder.ts";
import type { Wakeable } from "./hub.ts";
import { type SluiceError, toSluiceError } from "./protocol/errors.ts";
import type { Offset } from "./protocol/offset.ts";
import type { Entry, Stream } from "./stream.ts";
import type { Frame } from "./transport.ts";

/** Where a follower sends: a connection, or whatever stands for one. */
export interface Outlet {
  readonly writable: boolean;
  send(frame: Frame): void;
  /** An error about a stream that is not part of it. */
  fail(error: SluiceError, streamId: string): void;
  /** The follower has nothing more to do. */
  finished(follower: Follower): void;
}

/**
 * A cursor on a stream's log (law 2): reads from its own offset, encodes, sends, waits for the outlet to drain, advances.
 * Live delivery and replay are this one loop.
 */
export class Follower implements Wakeable {
  readonly stream: Stream;
  readonly #encoder: Encoder;
  readonly #outlet: Outlet;
  #after: Offset | undefined;
  #reading = false;
  #finished = false;
  #told: SluiceError | undefined;

  constructor(stream: Stream, after: Offset | undefined, encoder: Encoder, outlet: Outlet) {
    this.stream = stream;
    this.#after = after;
    this.#encoder = encoder;
    this.#outlet = outlet;
  }

  /** Goes on from where it stands, as far as the stream and the outlet allow. */
  wake(): void {
    while (!this.#finished && !this.#reading && this.#outlet.writable) {
      const read = this.stream.read(this.#after);
      if (read instanceof Promise) return void this.#await(read);
      if (read.length === 0) return this.#idle();
      this.#deliver(read);
    }
  }

  /** Sends nothing any more. */
  stop(): void {
    this.#finished = true;
  }

  /** The stream's `start` frame, for a request that is repeated while it is followed (law 8). */
  startFrame(): Frame {
    return this.#encoder.startFrame();
  }

  #deliver(entries: readonly Entry[]): void {
    for (const frame of this.#encoder.encode(entries)) this.#outlet.send(frame);
    this.#after = entries.at(-1);
  }

  async #await(read: Promise<readonly Entry[]>): Promise<void> {
    this.#reading = true;
    try {
      const entries = await read;
      if (this.#finished) return;
      this.#deliver(entries);
    } catch (thrown) {
      this.#finished = true;
      this.#outlet.fail(toSluiceError(thrown), this.stream.id);
      this.#outlet.finished(this);
    } finally {
      this.#reading = false;
    }
    this.wake();
  }

  /** Caught up: done where the stream has ended; where its writer is in trouble, the viewer hears of it once. */
  #idle(): void {
    if (this.stream.state !== "running") {
      this.#finished = true;
      this.#outlet.finished(this);
      return;
    }
    const trouble = this.stream.trouble;
    if (trouble !== undefined && trouble !== this.#told) this.#outlet.fail(trouble, this.stream.id);
    this.#told = trouble;
  }
}
