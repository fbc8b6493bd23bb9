import { expect, it } from "vitest";
import { aSample } from "../testing/rows.ts";
import { EMPTY_PACE, WINDOW_MS, foldPace } from "./pace-window.ts";

it("counts what the samples of the last five minutes counted, and nothing older", () => {
  const counted = EMPTY_PACE.firstToken.with(3, 2);
  const first = foldPace(EMPTY_PACE, aSample(0, { firstToken: counted }));
  const second = foldPace(first, aSample(WINDOW_MS - 1, { firstToken: counted }));
  const third = foldPace(second, aSample(WINDOW_MS, { firstToken: counted }));

  expect(second.firstToken[3]).toBe(4);
  expect(third.samples.map(({ at }) => at)).toEqual([WINDOW_MS - 1, WINDOW_MS]);
  expect(third.firstToken[3]).toBe(4);
  expect(foldPace(third, aSample(WINDOW_MS * 3)).firstToken).toEqual(EMPTY_PACE.firstToken);
});
