import type { Way } from "./way.ts";

const SHORT_LIFE_MS = 10_000;
const RESTART_MS = 20_000;

/**
 * Decides when to go another way. It steps down where there is a network, but not for what was tried: HTTP gets through
 * meanwhile, or the connection itself was open.
 *
 * - at once where a dial hung, or what was open passed nothing, if this way never worked here;
 * - after two dials that failed, if this way never worked here; where it has, after three that failed over 20 s, since a
 *   server that restarts looks the same for a while;
 * - after three connections in a row that held for less than 10 s;
 * - at once where answers are held back on their way.
 *
 * It steps up only where the best way was tried, and works.
 */
export class Ladder {
  readonly #way: Way;
  readonly #now: () => number;
  /** Whether the present way has ever worked here. */
  #worked = false;
  #misses = 0;
  #missedSince = 0;
  #shortLives = 0;

  constructor(way: Way, now: () => number) {
    this.#way = way;
    this.#now = now;
  }

  /** The present way works. */
  works(): void {
    this.#worked = true;
    this.#misses = 0;
  }

  /** What worked has broken, after so long. Whether the next dial goes another way. */
  broke(afterMs: number): boolean {
    this.#shortLives = afterMs < SHORT_LIFE_MS ? this.#shortLives + 1 : 0;
    return this.#shortLives >= 3 && this.#down();
  }

  /** A dial came to nothing while HTTP gets through; `hung`: it was not refused. Whether the next one goes another way. */
  missed(hung: boolean): boolean {
    if (this.#misses === 0) this.#missedSince = this.#now();
    this.#misses += 1;
    if (!this.#worked) return (hung || this.#misses >= 2) && this.#down();
    return this.#misses >= 3 && this.#now() - this.#missedSince >= RESTART_MS && this.#down();
  }

  /** Something on the way holds answers back until they are whole. */
  heldBack(): boolean {
    return this.#down();
  }

  /** The best way works again. */
  up(): void {
    this.#way.up();
    this.#forget();
    this.#worked = true;
  }

  #down(): boolean {
    const stepped = this.#way.down();
    if (stepped) this.#forget();
    return stepped;
  }

  #forget(): void {
    this.#worked = false;
    this.#misses = 0;
    this.#shortLives = 0;
  }
}
