import type { Offset } from "../../src/protocol/offset.ts";
import type { LoggedEvent } from "../../src/store/portion.ts";

/** A stream as a follower sees it: what comes after a place, and whether its last event has been stored. */
export interface FollowedLog {
  read(
    after: Offset | undefined,
  ): Promise<{ readonly events: readonly LoggedEvent[]; readonly epochs: readonly number[] }>;
  isLast(event: LoggedEvent): boolean;
}

/**
 * A cursor on the log whose transport is a POST that takes its time (law 2): it reads from its own offset, encodes, sends,
 * waits for the answer, advances. Nobody hands it events; what was stored while a POST was under way is in the next read.
 */
export class PostFollower {
  readonly #log: FollowedLog;
  readonly #post: (frame: string) => Promise<number>;
  #after: Offset | undefined;
  #moved = true;
  #wake: () => void = () => {};

  constructor(log: FollowedLog, after: Offset | undefined, post: (frame: string) => Promise<number>) {
    this.#log = log;
    this.#after = after;
    this.#post = post;
  }

  /** The stream may have moved on. */
  wake(): void {
    this.#moved = true;
    this.#wake();
  }

  /** Serves the connection to the stream's end (true), or until it is gone (false). */
  async run(): Promise<boolean> {
    for (;;) {
      await this.#woken();
      const { events, epochs } = await this.#log.read(this.#after);
      const last = events.at(-1);
      if (last === undefined) continue;
      const status = await this.#post(
        JSON.stringify({ seq: last.seq, text: events.map((event) => event.json).join("") }),
      );
      if (status === 410) return false;
      this.#after = { epoch: epochs.findLastIndex((begin) => begin <= last.seq) + 1, seq: last.seq };
      if (this.#log.isLast(last)) return true;
      this.#moved = true;
    }
  }

  /** Returns at once where it was woken since it last did: a wake-up during a read or a POST is not lost. */
  async #woken(): Promise<void> {
    if (!this.#moved) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#moved = false;
  }
}
