import { TRANSPORTS, type Transport } from "./connection-state.ts";
import type { Memory } from "./memory.ts";

export interface WayParts {
  /** The ways that may be used, the best first. */
  readonly transports: readonly Transport[];
  readonly memory: Memory;
  /** Under which it is remembered. */
  readonly key: string;
  readonly now: () => number;
}

const REMEMBER_MS = 30 * 60_000;

/** By which way the client goes now. What this network did not let through is remembered for 30 minutes. */
export class Way {
  readonly #parts: WayParts;
  #known: number | undefined;

  constructor(parts: WayParts) {
    this.#parts = parts;
  }

  get transport(): Transport {
    return this.#parts.transports[this.#rung] ?? TRANSPORTS[0];
  }

  /** The best way. */
  get best(): Transport {
    return this.#parts.transports[0] ?? TRANSPORTS[0];
  }

  /** Goes by the next way from now on; false where there is none. */
  down(): boolean {
    const { transports, memory, key, now } = this.#parts;
    const next = this.#rung + 1;
    if (next >= transports.length) return false;
    this.#known = next;
    memory.set(key, `${next} ${now() + REMEMBER_MS}`);
    return true;
  }

  /** Goes by the best way again. */
  up(): void {
    this.#known = 0;
    this.#parts.memory.forget(this.#parts.key);
  }

  get #rung(): number {
    return (this.#known ??= this.#remembered());
  }

  #remembered(): number {
    const { transports, memory, key, now } = this.#parts;
    const [rung = 0, until = 0] = (memory.get(key) ?? "").split(" ").map(Number);
    return until > now() && rung > 0 && rung < transports.length ? rung : 0;
  }
}
