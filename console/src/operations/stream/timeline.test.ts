import type { Event } from "sluice/client";
import { describe, expect, it } from "vitest";
import { entriesAt, text } from "../testing/rows.ts";
import { blocksUntil } from "./blocks.ts";
import { wantedEvents } from "./event-list.ts";
import { gapsIn } from "./gaps.ts";
import { shownAfter } from "./shown.ts";
import { rowsOf, stageSpans, toolSpans } from "./spans.ts";
import { axisTimes, ticksOf, timeScale } from "./ticks.ts";
import { EMPTY_TIMELINE, type Timeline, foldEntries, stateOf } from "./timeline.ts";

const call = (id: string): Event => ({ type: "tool-call", id, name: "search", input: {} });
const status = (stage: string): Event => ({ type: "status", text: stage, stage });
const complete: Event = { type: "complete", text: "" };

function timelineOf(...pieces: readonly string[]): Timeline {
  return foldEntries(EMPTY_TIMELINE, entriesAt(...pieces.map((piece, index) => [index, text(piece)] as const)));
}

describe("a timeline", () => {
  it("law 3: takes each entry once, however often it comes", () => {
    const entries = entriesAt([0, text("a")], [1, text("b")], [2, text("c")]);
    const once = foldEntries(foldEntries(EMPTY_TIMELINE, entries.slice(0, 2)), entries);
    expect(once).toMatchObject({ text: "abc", textEnds: [1, 2, 3] });
    expect(foldEntries(once, entries)).toBe(once);
  });

  it("has the text as it was after any entry, in paragraphs that stay as they are", () => {
    const whole = ["One.\n", "\nTwo", ".\n\n\nThr", "ee."];
    const { text: all, blockEnds, textEnds } = timelineOf(...whole);
    for (const [index, end] of textEnds.entries()) {
      expect(blocksUntil(all, blockEnds, end).join("")).toBe(whole.slice(0, index + 1).join(""));
    }
    expect(blocksUntil(all, blockEnds, all.length)).toEqual(["One.\n\n", "Two.\n\n", "\nThree."]);
  });

  it("finds the paragraphs alike, whether the text came at once or by letters", () => {
    const all = "a\n\nb\n\n\n\nc\n\n";
    expect(timelineOf(...all).blockEnds).toEqual(timelineOf(all).blockEnds);
  });

  it("is over with its terminal event", () => {
    expect(stateOf(foldEntries(EMPTY_TIMELINE, entriesAt([0, text("a")])))).toBe("running");
    expect(stateOf(foldEntries(EMPTY_TIMELINE, entriesAt([0, text("a")], [1, complete])))).toBe("complete");
  });
});

describe("the picture of a timeline", () => {
  it("finds the silences of at least the wanted length", () => {
    const entries = entriesAt([0, text("a")], [500, text("b")], [999, text("c")], [2000, text("d")]);
    expect(gapsIn(entries, 500)).toEqual([
      { seq: 1, from: 1000, to: 1500 },
      { seq: 3, from: 1999, to: 3000 },
    ]);
  });

  it("has a span for each tool until its result, or until the stream's end", () => {
    const failed: Event = { type: "tool-result", id: "1", error: "down" };
    const spans = toolSpans(entriesAt([0, call("1")], [10, call("2")], [20, failed], [30, complete]));
    expect(spans).toMatchObject([
      { from: 1000, to: 1020, failed: true },
      { from: 1010, to: 1030, failed: false },
    ]);
    expect(toolSpans(entriesAt([0, call("1")]))[0]!.to).toBeUndefined();
  });

  it("has a span for each stage until the next one", () => {
    const spans = stageSpans(entriesAt([0, status("a")], [5, status("a")], [10, status("b")], [30, complete]));
    expect(spans.map(({ name, from, to }) => [name, from, to])).toEqual([
      ["a", 1000, 1010],
      ["b", 1010, 1030],
    ]);
  });

  it("puts on another row what overlaps", () => {
    expect(
      rowsOf([
        { from: 0, to: 10 },
        { from: 5, to: 20 },
        { from: 10, to: 12 },
      ]),
    ).toEqual([0, 1, 0]);
  });

  it("draws no more ticks than it has pixels, and an error for itself", () => {
    const many = Array.from({ length: 5000 }, (_, at) => [at, text("x")] as const);
    const error: Event = { type: "error", code: "timeout", message: "", retryable: true };
    const ticks = ticksOf(entriesAt(...many, [5000, error]), timeScale(1000, 6000, 300));
    expect(ticks.text.length).toBeLessThanOrEqual(301);
    expect(ticks.bad).toEqual([300]);
  });

  it("has round times on its axis", () => {
    expect(axisTimes(3500, 8)).toEqual([0, 500, 1000, 1500, 2000, 2500, 3000, 3500]);
    expect(axisTimes(0, 8)).toEqual([0]);
    expect(axisTimes(40 * 86_400_000, 4).length).toBeLessThanOrEqual(5);
  });
});

describe("what a viewer saw", () => {
  const events = entriesAt(
    [0, { type: "status", text: "Searching", progress: 0.4 }],
    [1, call("1")],
    [2, { type: "tool-result", id: "1", output: { found: 3 } }],
    [3, { type: "error", code: "timeout", message: "Too slow.", retryable: true }],
  );

  it("is the last status, the tools so far, and the end", () => {
    expect(shownAfter(events.slice(0, 2))).toMatchObject({
      status: { text: "Searching", value: 0.4 },
      tools: [{ name: "search", state: "running" }],
      end: undefined,
    });
    expect(shownAfter(events)).toMatchObject({
      status: undefined,
      tools: [{ state: "done", output: { found: 3 } }],
      end: { state: "error", message: "timeout: Too slow." },
    });
  });

  it("is listed by type, or by what failed", () => {
    expect(wantedEvents(events, { type: "tool-call", onlyErrors: false })).toEqual([1]);
    expect(wantedEvents(events, { type: "", onlyErrors: true })).toEqual([3]);
  });
});
