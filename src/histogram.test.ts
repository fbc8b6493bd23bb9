import { expect, it } from "vitest";
import { Histogram } from "./histogram.ts";

it("a value on a bound counts below it, one above the last in the bucket beyond", () => {
  const histogram = new Histogram([1, 10]);
  for (const value of [0, 1, 2, 10, 11, 1000]) histogram.observe(value);
  expect([histogram.counts, histogram.count, histogram.sum]).toEqual([[2, 2, 2], 6, 1024]);
});
