import type { Inspection, Totals } from "../inspection.ts";
import type { PaceSample } from "./types.ts";

/** Turns totals into what came between two looks. */
export class PaceSampler {
  readonly #inspection: Inspection;
  #at: number;
  #totals: Totals;

  constructor(inspection: Inspection, now: number) {
    this.#inspection = inspection;
    this.#at = now;
    this.#totals = inspection.totals;
  }

  sample(now: number): PaceSample {
    const before = this.#totals;
    const { totals, runningCount, connectionCount } = this.#inspection;
    // A clock that was set back, or did not move, makes no rate.
    const seconds = now > this.#at ? (now - this.#at) / 1000 : Number.POSITIVE_INFINITY;
    this.#totals = totals;
    this.#at = now;
    return {
      at: now,
      tokensPerSecond: (totals.tokens - before.tokens) / seconds,
      eventsPerSecond: (totals.events - before.events) / seconds,
      running: runningCount,
      connections: connectionCount,
      firstToken: totals.firstToken.map((count, bucket) => count - before.firstToken[bucket]!),
      interToken: totals.interToken.map((count, bucket) => count - before.interToken[bucket]!),
    };
  }
}
