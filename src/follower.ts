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
  /** An error about a stream that is not part of it; `final` where this follower gives up. */
  fail(error: SluiceError, streamId: string, final: boolean): void;
  /** Asks for the outlet's one read of the store; where it is taken, the follower is woken when it is free (law 7). */
  beginRead(): boolean;
  endRead(): void;
  /** Calls back in a moment; false where it has been tried so often that it is no use. */
  retry(times: number, again: () => void): boolean;
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
  /** Reads of the store that have failed in a row; and whether the next is waited for. */
  #failures = 0;
  #resting = false;
  #delivering = false;
  #finished = false;
  #told: SluiceError | undefined;

  constructor(stream: Stream, after: Offset | undefined, encoder: Encoder, outlet: Outlet) {
    this.stream = stream;
    this.#after = after;
    this.#encoder = encoder;
    this.#outlet = outlet;
  }

  /** The place of the last event that was sent. */
  get place(): Offset | undefined {
    return this.#after;
  }

  /** Goes on from where it stands, as far as the stream and the outlet allow. */
  wake(): void {
    try {
      while (this.#isFree && this.#outlet.writable) {
        const recent = this.stream.recent(this.#after);
        if (recent === undefined) return void this.#fetch();
        if (recent.length === 0) return this.#idle();
        this.#deliver(recent);
      }
    } catch (thrown) {
      this.#giveUp(thrown);
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

  get #isFree(): boolean {
    return !this.#finished && !this.#reading && !this.#resting && !this.#delivering;
  }

  /** An outlet may say that it takes more while it is still being given something. */
  #deliver(entries: readonly Entry[]): void {
    this.#delivering = true;
    try {
      for (const frame of this.#encoder.encode(entries)) this.#outlet.send(frame);
    } finally {
      this.#delivering = false;
    }
    // Not the entry itself: that would keep its text in memory.
    const { epoch, seq } = entries.at(-1)!;
    this.#after = { epoch, seq };
  }

  /** Reads below the tail. What comes when the outlet is full again is dropped, and read once more in its time. */
  async #fetch(): Promise<void> {
    if (!this.#outlet.beginRead()) return;
    this.#reading = true;
    try {
      const entries = await this.stream.stored(this.#after);
      this.#failures = 0;
      if (!this.#finished && this.#outlet.writable) this.#deliver(entries);
    } catch (thrown) {
      if (!this.#rest(thrown)) this.#giveUp(thrown);
    }
    this.#reading = false;
    this.#outlet.endRead();
  }

  /** A store that cannot be reached may come back: what it has is read then. */
  #rest(thrown: unknown): boolean {
    if (this.#finished || !toSluiceError(thrown).retryable) return false;
    this.#resting = this.#outlet.retry((this.#failures += 1), () => {
      this.#resting = false;
      this.wake();
    });
    return this.#resting;
  }

  #giveUp(thrown: unknown): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#outlet.fail(toSluiceError(thrown), this.stream.id, true);
    this.#outlet.finished(this);
  }

  /** Caught up: done where the stream has ended; where its writer is in trouble, the viewer hears of it once. */
  #idle(): void {
    if (this.stream.state !== "running") {
      this.#finished = true;
      this.#outlet.finished(this);
      return;
    }
    const trouble = this.stream.trouble;
    if (trouble !== undefined && trouble !== this.#told) this.#outlet.fail(trouble, this.stream.id, false);
    this.#told = trouble;
  }
}
