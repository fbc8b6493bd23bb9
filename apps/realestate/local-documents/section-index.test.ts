import MiniSearch from "minisearch";
import { afterEach, expect, test, vi } from "vitest";
import { SectionIndex } from "./section-index.ts";
import { termOf } from "./terms.ts";

afterEach(() => void vi.restoreAllMocks());

test("law 11: of a question of one endless word no more than 1,000 characters are searched for", () => {
  const index = new SectionIndex();
  index.put("a.md", [{ file: "a.md", heading: "Fences", title: "Rules", text: "A fence may be two metres high." }]);
  const asked = vi.spyOn(MiniSearch.prototype, "search");
  expect(index.search("x".repeat(100_000), 5)).toEqual([]);
  expect(asked.mock.calls.map(([query]) => String(query).length)).toEqual([1000]);
  expect(index.search("fence", 5)).toHaveLength(1);
});

test("law 11: a word counts with its first 64 characters, in a question and in a document", () => {
  const long = "fence".repeat(50);
  expect(termOf(long)).toBe(termOf(long.slice(0, 64)));
  expect(termOf(long)!.length).toBeLessThanOrEqual(64);
});
