import { describe, expect, it } from "vitest";
import { aStream } from "../testing/rows.ts";
import { type StreamLines, foldStreams, sampleRates } from "./stream-lines.ts";

const NONE: StreamLines = new Map();

describe("lines of streams", () => {
  it("keeps the object of every line that did not change", () => {
    const before = foldStreams(NONE, [aStream("a"), aStream("b")], []);
    const after = foldStreams(before, [aStream("b", { tokens: 5 })], []);

    expect(after.get("a")).toBe(before.get("a"));
    expect(after.get("b")).not.toBe(before.get("b"));
    expect(foldStreams(after, [], [])).toBe(after);
  });

  it("drops what is listed no more", () => {
    expect([...foldStreams(foldStreams(NONE, [aStream("a")], []), [], ["a"]).keys()]).toEqual([]);
  });

  it("measures the rate of a running stream over the last five seconds, down to nothing when it stands still", () => {
    let lines = sampleRates(foldStreams(NONE, [aStream("a")], []), 0);
    lines = sampleRates(foldStreams(lines, [aStream("a", { tokens: 60 })], []), 1000);
    expect(lines.get("a")!.tokensPerSecond).toBe(60);
    for (let at = 2000; at <= 7000; at += 1000) lines = sampleRates(lines, at);
    expect(lines.get("a")!.tokensPerSecond).toBe(0);
    expect(sampleRates(lines, 8000)).toBe(lines);
  });

  it("tells of an ended stream the rate of its whole answer, from its first text on", () => {
    const ended = aStream("a", { state: "complete", createdAt: 1000, endedAt: 3500, firstTokenMs: 500, tokens: 100 });
    expect(foldStreams(NONE, [ended], []).get("a")!.tokensPerSecond).toBe(50);
  });
});
