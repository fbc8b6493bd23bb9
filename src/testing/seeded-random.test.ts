import { afterEach, describe, expect, it, vi } from "vitest";
import { SEED_VARIABLE, replayable, seededRandom } from "./seeded-random.ts";

describe("seeded random numbers", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("come again with the same seed, and differ with another", () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("fill their range, both ends included, and stay inside it", () => {
    const random = seededRandom(1);
    const drawn = Array.from({ length: 2000 }, () => random.integer(3, 7));
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5, 6, 7]));
    expect(new Set(Array.from({ length: 200 }, () => random.pick(["a", "b"])))).toEqual(new Set(["a", "b"]));
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it("a failing body tells its seed, and the variable brings the same numbers again", async () => {
    const drawn: number[] = [];
    const body = replayable(async (random) => {
      drawn.push(random.next());
      throw new Error("it broke");
    });
    const failure = await body().catch((thrown: Error) => thrown.message);
    const seed = /it broke \(replay with SLUICE_TEST_SEED=(\d+)\)$/.exec(failure as string)?.[1];
    vi.stubEnv(SEED_VARIABLE, seed!);
    await body().catch(() => {});
    expect(drawn[1]).toBe(drawn[0]);
  });
});
