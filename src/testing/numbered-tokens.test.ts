import { describe, expect, it } from "vitest";
import { checkTokens, numberedText, numberedToken } from "./numbered-tokens.ts";

const INTACT = { lost: [], doubled: [], reordered: [], foreign: [] };
const tokens = (...numbers: readonly number[]): string => numbers.map((number) => numberedToken(number)).join("");

describe("the oracle of numbered tokens", () => {
  it.each([0, 1, 12, 1234])("a text of %i tokens is intact", (count) => {
    expect(checkTokens(numberedText(count), count)).toEqual(INTACT);
    expect(checkTokens(numberedText(count, 30), count)).toEqual(INTACT);
  });

  it.each([
    ["lost in the middle", tokens(0, 1, 3), 4, { ...INTACT, lost: [2] }],
    ["lost at the end", tokens(0, 1), 4, { ...INTACT, lost: [2, 3] }],
    ["lost, without a count", tokens(1, 3), undefined, { ...INTACT, lost: [0, 2] }],
    ["doubled", tokens(0, 1, 1, 2), 3, { ...INTACT, doubled: [1] }],
    ["doubled as a block", tokens(0, 1, 0, 1, 2), 3, { ...INTACT, doubled: [0, 1] }],
    ["reordered", tokens(0, 2, 1, 3), 4, { ...INTACT, reordered: [1] }],
    ["torn at the end", numberedText(3).slice(0, -1), 3, { ...INTACT, lost: [2], foreign: [" 2|"] }],
    ["foreign text", `${tokens(0)}oops${tokens(1)}`, 2, { ...INTACT, foreign: ["oops"] }],
    ["a character that went wrong", tokens(0, 1).replace("a", "ü"), 2, { ...INTACT, foreign: [" 1|ü"] }],
  ])("says what is %s", (_name, text, count, report) => {
    expect(checkTokens(text, count)).toEqual(report);
  });
});
