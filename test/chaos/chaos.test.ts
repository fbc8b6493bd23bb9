import { expect, it } from "vitest";
import { SEED_VARIABLE, replayable } from "../../src/testing/seeded-random.ts";
import { chaos } from "./campaign.ts";

/** A minute of it; `npm run chaos` goes on for as long as one likes. */
it(
  `laws 3, 4, 5: three nodes, one Redis, a fault every second: nothing is lost, doubled or reordered, every stream ends`,
  replayable(async ({ seed }) => {
    const { ends, faults, takenOver, tokens, problems } = await chaos({
      seed,
      durationMs: 60_000,
      nodes: 3,
      runs: 40,
      viewers: 2,
      faultEveryMs: 1000,
      leaseMs: 3000,
      graceMs: 2000,
    });
    expect(problems, `${SEED_VARIABLE}=${seed}`).toEqual([]);
    expect(takenOver).toBeGreaterThan(0);
    // Where the store was away in the moment of its beginning, a run cannot go on.
    expect(ends["goes: interrupted"] ?? 0).toBeLessThan((ends["goes: complete"] ?? 0) / 10);
    expect(ends["goes: cancelled"]).toBeGreaterThan(0);
    expect(Object.keys(faults).length).toBeGreaterThan(5);
    expect(tokens).toBeGreaterThan(1000);
  }),
  240_000,
);
