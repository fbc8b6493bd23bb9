import { TRANSPORTS, type Transport } from "./connection-state.ts";

/** Where the client remembers things for the tab: `sessionStorage`, or anything of its shape. */
export interface KeptStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface WayParts {
  /** The ways that may be used, the best first. */
  readonly transports: readonly Transport[];
  readonly storage: KeptStorage | undefined;
  /** Under which it is remembered. */
  readonly key: string;
  readonly now: () => number;
}

const REMEMBER_MS = 30 * 60_000;

/** By which way the client goes now. What this network did not let through is remembered for 30 minutes. */
export class Way {
  readonly #parts: WayParts;
  #rung: number;

  constructor(parts: WayParts) {
    this.#parts = parts;
    const { transports, storage, key, now } = parts;
    const kept = attempt(() => storage?.getItem(key)) ?? "";
    const [rung = 0, until = 0] = kept.split(" ").map(Number);
    this.#rung = until > now() && rung > 0 && rung < transports.length ? rung : 0;
  }

  get transport(): Transport {
    return this.#parts.transports[this.#rung] ?? TRANSPORTS[0];
  }

  /** The best way, where that is not the present one. */
  get better(): Transport | undefined {
    return this.#rung === 0 ? undefined : this.#parts.transports[0];
  }

  /** Goes by the next way from now on; false where there is none. */
  down(): boolean {
    const { transports, storage, key, now } = this.#parts;
    if (this.#rung + 1 >= transports.length) return false;
    this.#rung += 1;
    attempt(() => storage?.setItem(key, `${this.#rung} ${now() + REMEMBER_MS}`));
    return true;
  }

  /** Goes by the best way again. */
  up(): void {
    this.#rung = 0;
    const { storage, key } = this.#parts;
    attempt(() => storage?.removeItem(key));
  }
}

/** A storage may be full, or forbidden: then the way is found out again. */
function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
