import { expect, it } from "vitest";
import { report } from "../../bench/soak/report.ts";
import { soak } from "../../bench/soak/soak.ts";
import { judge } from "../../bench/soak/verdict.ts";

// A slice of `npm run soak`: seconds show what is lost and what is left, minutes what grows.
// The server is pinned to a core with `taskset`, which only Linux has.
it.skipIf(process.platform !== "linux")(
  "laws 3, 5 and 8: a steady mix of viewers sees every stream whole to its one end, and leaves nothing behind",
  async () => {
    const result = await soak({
      durationMs: 5000,
      everyMs: 1000,
      viewers: 30,
      pace: { tokens: [20, 50], perSecond: [25, 50] },
    });
    const findings = judge(result);
    expect(
      findings.filter(({ good }) => !good),
      report(result, findings),
    ).toEqual([]);
    // It was a mix, and somebody was there to see it.
    expect(Object.values(result.tally.begun).every((count) => count > 0)).toBe(true);
    expect(result.tally.cuts).toBeGreaterThan(0);
    expect(Math.max(...result.points.map(({ sample }) => sample.running))).toBeGreaterThan(0);
  },
  60_000,
);
