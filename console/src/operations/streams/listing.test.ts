import { describe, expect, it } from "vitest";
import { type StreamLines, foldStreams } from "../live/stream-lines.ts";
import { aStream } from "../testing/rows.ts";
import { NEWEST_FIRST, NO_FILTER, type Sorting, reordered, sorted } from "./listing.ts";

function linesOf(...rows: readonly ReturnType<typeof aStream>[]): StreamLines {
  return foldStreams(new Map(), rows, []);
}

const BY_TOKENS: Sorting = { key: "tokens", descending: true };

describe("the list of streams", () => {
  it("is sorted by any column, the newer first among equals", () => {
    const lines = linesOf(
      aStream("old", { createdAt: 1, tokens: 5 }),
      aStream("new", { createdAt: 2, tokens: 5 }),
      aStream("large", { createdAt: 0, tokens: 9 }),
    );
    expect(sorted(lines, NO_FILTER, BY_TOKENS)).toEqual(["large", "new", "old"]);
    expect(sorted(lines, NO_FILTER, NEWEST_FIRST)).toEqual(["new", "old", "large"]);
  });

  it("shows the streams in which every word occurs, and of one state where that is wanted", () => {
    const lines = linesOf(
      aStream("abc", { owner: "Ann" }),
      aStream("def", { app: "llm", owner: "Ann" }),
      aStream("ghi", { app: "llm", owner: "Ann", state: "error", error: { code: "timeout", message: "Too slow." } }),
    );
    expect(sorted(lines, { words: " ANN llm ", state: "" }, NEWEST_FIRST)).toEqual(["def", "ghi"]);
    expect(sorted(lines, { words: "timeout", state: "" }, NEWEST_FIRST)).toEqual(["ghi"]);
    expect(sorted(lines, { words: "", state: "running" }, NEWEST_FIRST)).toEqual(["abc", "def"]);
  });

  it("moves no row because its numbers grew; what is new goes where the sorting puts it", () => {
    const before = linesOf(aStream("a", { tokens: 9 }), aStream("b", { tokens: 5 }));
    const order = sorted(before, NO_FILTER, BY_TOKENS);
    const grown = foldStreams(before, [aStream("b", { tokens: 50 })], []);
    expect(reordered(order, grown, NO_FILTER, BY_TOKENS)).toBe(order);
    const more = foldStreams(grown, [aStream("c", { tokens: 7 }), aStream("d", { tokens: 99 })], []);
    expect(reordered(order, more, NO_FILTER, BY_TOKENS)).toEqual(["d", "a", "b", "c"]);
    expect(reordered(["d", "a", "b", "c"], foldStreams(more, [], ["a"]), NO_FILTER, BY_TOKENS)).toEqual([
      "d",
      "b",
      "c",
    ]);
  });
});
