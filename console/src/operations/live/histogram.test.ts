import { describe, expect, it } from "vitest";
import { addCounts, percentile, sharesOf } from "./histogram.ts";

const BOUNDS = [10, 20, 40];

describe("percentiles from counts", () => {
  it("spreads the values of a bucket evenly over it", () => {
    expect(percentile([0, 10, 0, 0], BOUNDS, 0.5)).toEqual({ value: 15, beyond: false, place: 1.5 });
    expect(percentile([5, 5, 0, 0], BOUNDS, 0.95)).toMatchObject({ value: 19 });
  });

  it("gives the bound between two buckets to the lower one", () => {
    expect(percentile([5, 0, 5, 0], BOUNDS, 0.5)).toEqual({ value: 10, beyond: false, place: 1 });
  });

  it("says of what lies above the last bound only that it is more", () => {
    expect(percentile([9, 0, 0, 1], BOUNDS, 0.99)).toMatchObject({ value: 40, beyond: true });
  });

  it("knows nothing where nothing was counted", () => {
    expect(percentile([0, 0, 0, 0], BOUNDS, 0.5)).toBeUndefined();
  });

  it("tells only the median of fewer than 20 values, and no p99 of fewer than 100", () => {
    const namesOf = (count: number): string => sharesOf([0, count, 0, 0]).join(" ");
    expect([0, 1, 19, 20, 99, 100].map(namesOf)).toEqual([
      "",
      "p50,0.5",
      "p50,0.5",
      "p50,0.5 p95,0.95",
      "p50,0.5 p95,0.95",
      "p50,0.5 p95,0.95 p99,0.99",
    ]);
  });

  it("adds counts and takes them away again", () => {
    expect(addCounts(addCounts([1, 2], [3, 4]), [3, 4], -1)).toEqual([1, 2]);
  });
});
