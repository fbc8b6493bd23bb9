import type { Socket } from "node:net";
import type { Clock } from "../clock.ts";
import type { Passage } from "./disturbances.ts";
import type { SeededRandom } from "./seeded-random.ts";

export interface FlowParts {
  readonly from: Socket;
  readonly to: Socket;
  readonly random: SeededRandom;
  readonly clock: Pick<Clock, "after" | "turn">;
  /** How bytes may pass now. */
  readonly passage: () => Passage;
  readonly leaving: Leaving;
}

/** Sees bytes before they leave; gives those that may, and what is done right behind them. */
export type Leaving = (bytes: Buffer) => { readonly bytes: Buffer; readonly behind?: () => void };

/** Bytes that are held before nothing more is read: a sender then feels the jam, as on a real network. */
const MAX_HELD_BYTES = 64 * 1024;
/** A slow link delivers about this often. */
const SLOW_STEP_MS = 10;

/** The bytes on their way from one socket to another, in order. */
export class ProxiedFlow {
  readonly #parts: FlowParts;
  readonly #held: Buffer[] = [];
  #heldBytes = 0;
  /** The next piece has to wait its time. */
  #waiting = false;
  /** The socket has to drain first. */
  #full = false;
  #stopTimer: () => void = () => {};
  #ended: (() => void) | undefined;
  #stopped = false;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    const { from, to } = parts;
    from.on("data", (bytes: Buffer) => this.#take(bytes));
    from.on("end", () => this.end(() => to.end()));
    to.on("drain", () => {
      this.#full = false;
      this.pump();
    });
  }

  /** Delivers what the passage allows; called again whenever that changes. */
  pump(): void {
    while (!this.#waiting && !this.#full && !this.#stopped && this.#heldBytes > 0) {
      const passage = this.#parts.passage();
      if (passage.frozen) return;
      this.#deliver(passage);
    }
    if (this.#heldBytes > 0 || this.#stopped) return;
    const ended = this.#ended;
    this.#ended = undefined;
    ended?.();
  }

  /** Calls back when all that has come was delivered. */
  end(then: () => void): void {
    const before = this.#ended;
    this.#ended = () => {
      before?.();
      then();
    };
    this.pump();
  }

  /** Drops what is held. */
  stop(): void {
    this.#stopped = true;
    this.#stopTimer();
    this.#held.length = 0;
    this.#heldBytes = 0;
  }

  #take(bytes: Buffer): void {
    if (this.#stopped) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    this.pump();
    if (this.#heldBytes > MAX_HELD_BYTES) this.#parts.from.pause();
  }

  #deliver({ bytesPerSecond, maxPiece }: Passage): void {
    const { to, random, clock, leaving } = this.#parts;
    const slow = bytesPerSecond < Infinity;
    const step = slow ? Math.max(1, Math.floor((bytesPerSecond * SLOW_STEP_MS) / 1000)) : Infinity;
    const most = maxPiece < Infinity ? random.integer(1, maxPiece) : Infinity;
    const piece = this.#next(Math.min(step, most));
    const { bytes, behind } = leaving(piece);
    this.#full = !to.write(bytes);
    if (behind !== undefined) return behind();
    if (this.#heldBytes <= MAX_HELD_BYTES) this.#parts.from.resume();
    this.#waiting = slow || maxPiece < Infinity;
    if (slow) this.#stopTimer = clock.after((piece.length * 1000) / bytesPerSecond, () => this.#goOn());
    else if (this.#waiting) clock.turn(() => this.#goOn());
  }

  #goOn(): void {
    this.#waiting = false;
    this.pump();
  }

  /** At most so many bytes of the oldest. */
  #next(most: number): Buffer {
    const oldest = this.#held[0]!;
    const piece = oldest.subarray(0, most);
    if (piece.length === oldest.length) this.#held.shift();
    else this.#held[0] = oldest.subarray(piece.length);
    this.#heldBytes -= piece.length;
    return piece;
  }
}
