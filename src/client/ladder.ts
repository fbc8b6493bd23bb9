import { TRANSPORTS, type Transport } from "./connection-state.ts";

/** Where the client remembers things for the tab: `sessionStorage`, or anything of its shape. */
export interface KeptStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface LadderParts {
  /** The ways that may be used, the best first. */
  readonly transports: readonly Transport[];
  readonly storage: KeptStorage | undefined;
  /** Under which it remembers what this network lets through. */
  readonly key: string;
  readonly now: () => number;
}

const REMEMBER_MS = 30 * 60_000;
const SHORT_LIFE_MS = 10_000;
const RESTART_MS = 20_000;

/**
 * Decides by which way the next dial goes. It steps down only where the network lets HTTP through and not what was tried:
 *
 * - at once where a dial hung, or what was open passed nothing;
 * - after two dials that failed, if this way never worked here; where it has, after three that failed over 20 s, since a
 *   server that restarts looks the same for a while;
 * - after three connections in a row that held for less than 10 s.
 *
 * A network's verdict is remembered for 30 minutes. It steps up only where a better way was tried, and works.
 */
export class Ladder {
  readonly #parts: LadderParts;
  #rung: number;
  /** Whether the present way has ever worked here. */
  #worked = false;
  #misses = 0;
  #missedSince = 0;
  #shortLives = 0;

  constructor(parts: LadderParts) {
    this.#parts = parts;
    this.#rung = this.#remembered();
  }

  get transport(): Transport {
    return this.#parts.transports[this.#rung] ?? TRANSPORTS[0];
  }

  /** The best way, where that is not the present one. */
  get better(): Transport | undefined {
    return this.#rung === 0 ? undefined : this.#parts.transports[0];
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
    const now = this.#parts.now();
    if (this.#misses === 0) this.#missedSince = now;
    this.#misses += 1;
    if (!this.#worked) return (hung || this.#misses >= 2) && this.#down();
    return this.#misses >= 3 && now - this.#missedSince >= RESTART_MS && this.#down();
  }

  /** Something on the way holds answers back until they are whole. */
  heldBack(): boolean {
    return this.#down();
  }

  /** The best way works again. */
  up(): void {
    this.#step(0);
    this.#parts.storage?.removeItem(this.#parts.key);
  }

  #down(): boolean {
    const { transports, storage, key, now } = this.#parts;
    if (this.#rung + 1 >= transports.length) return false;
    this.#step(this.#rung + 1);
    try {
      storage?.setItem(key, `${this.#rung} ${now() + REMEMBER_MS}`);
    } catch {
      // Full, or forbidden: then it is found out again.
    }
    return true;
  }

  #step(rung: number): void {
    this.#rung = rung;
    this.#worked = false;
    this.#misses = 0;
    this.#shortLives = 0;
  }

  #remembered(): number {
    const { transports, storage, key, now } = this.#parts;
    const [rung = 0, until = 0] = (storage?.getItem(key) ?? "").split(" ").map(Number);
    return until > now() && rung > 0 && rung < transports.length ? rung : 0;
  }
}
