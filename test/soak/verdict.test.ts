import { describe, expect, it } from "vitest";
import { Reading } from "../../bench/soak/reading.ts";
import type { Sample } from "../../bench/soak/sample.ts";
import type { Point, SoakResult } from "../../bench/soak/soak.ts";
import { Tally } from "../../bench/soak/tally.ts";
import { growth, judge } from "../../bench/soak/verdict.ts";

const MB = 1024 * 1024;
const REST: Sample = {
  rss: 100 * MB,
  heap: 20 * MB,
  buffers: 4 * MB,
  handles: { TCPServerWrap: 1, Timeout: 4 },
  descriptors: 30,
  running: 0,
  ended: { complete: 0, error: 0, cancelled: 0 },
  commits: 0,
  failedCommits: 0,
  events: 0,
  database: MB,
  log: MB,
  delayP99: 1,
  cpu: 0,
};

/** Ten minutes, a sample each ten seconds, of a server that `at` (in minutes) changes. */
function points(at: (minutes: number) => Partial<Sample>): Point[] {
  return Array.from({ length: 60 }, (_, index) => {
    const minutes = (index + 1) / 6;
    return { at: minutes * 60_000, sample: { ...REST, cpu: minutes * 12_000, ...at(minutes) } };
  });
}

function bad(result: Partial<SoakResult>): string[] {
  const whole: SoakResult = { before: REST, points: points(() => ({})), after: REST, tally: new Tally(), ...result };
  return judge(whole).flatMap(({ what, good }) => (good ? [] : [what]));
}

describe("the verdict on a soak", () => {
  it("finds nothing wrong with a server that stays as it is, however it wavers", () => {
    expect(bad({})).toEqual([]);
    expect(bad({ points: points((minutes) => ({ heap: (20 + Math.sin(minutes * 20)) * MB })) })).toEqual([]);
  });

  it("reckons growth a minute as a part of the mean", () => {
    const growing = points((minutes) => ({ heap: (19.5 + minutes / 5) * MB }));
    expect(growth(growing, ({ heap }) => heap)).toBeCloseTo(0.2 / (19.5 + (1 / 5) * (61 / 12)), 6);
  });

  it.each([
    ["in use after gc, growth a minute", (minutes: number) => ({ heap: (20 + 0.35 * minutes) * MB })],
    ["in use after gc, growth a minute", (minutes: number) => ({ buffers: (4 + 0.35 * minutes) * MB })],
    ["resident memory, last minute : first", (minutes: number) => ({ rss: (100 + 5 * minutes) * MB })],
    ["handles, growth a minute", (minutes: number) => ({ handles: { Timeout: 200 + 4 * minutes } })],
    ["descriptors, growth a minute", (minutes: number) => ({ descriptors: 200 + 4 * minutes })],
    ["files, second half : first", (minutes: number) => ({ database: 5 * minutes * MB })],
    ["server's core", (minutes: number) => ({ cpu: 40_000 * minutes })],
  ])("finds %s", (what, at) => {
    expect(bad({ points: points(at) })).toEqual([what]);
  });

  it("finds a step of the heap that comes late", () => {
    const late = points((minutes) => ({ heap: (minutes > 9 ? 24 : 20) * MB }));
    expect(bad({ points: late })).toContain("in use after gc, last minute : first");
  });

  it("finds what is left when all have gone", () => {
    const handles = { TCPServerWrap: 1, TCPSocketWrap: 1, MessagePort: 1, Timeout: 4 };
    expect(bad({ after: { ...REST, running: 1, handles, descriptors: 38 } })).toEqual([
      "runs left",
      "connections left",
      "handles left",
      "descriptors left",
    ]);
    expect(bad({ after: { ...REST, ended: { complete: 1, error: 1, cancelled: 0 }, failedCommits: 1 } })).toEqual([
      "streams that ended, of those begun",
      "streams that ended with an error",
      "failed commits",
    ]);
  });
});

describe("a viewer's reading", () => {
  const chunk = (seq: number, content: string): object => ({ type: "stream_chunk", offset: `1-${seq}`, content });
  const end = (seq: number, fullContent: string): object => ({
    type: "stream_complete",
    offset: `1-${seq}`,
    fullContent,
  });

  it.each([
    ["nothing wrong", [chunk(1, " 0|·"), chunk(2, " 1|a"), end(3, " 0|· 1|a")], []],
    ["a lost token", [chunk(1, " 0|·"), end(3, " 0|·")], ["tokens lost"]],
    [
      "a doubled frame",
      [chunk(1, " 0|·"), chunk(1, " 0|·"), chunk(2, " 1|a"), end(3, " 0|· 0|· 1|a")],
      ["tokens doubled", "other problems"],
    ],
    ["an end with another text", [chunk(1, " 0|·"), chunk(2, " 1|a"), end(3, " 0|·")], ["other problems"]],
    [
      "an error",
      [chunk(1, " 0|· 1|a"), { type: "error", code: "internal" }],
      ["streams that nobody saw ending", "other problems"],
    ],
    ["no end", [chunk(1, " 0|· 1|a")], ["streams that nobody saw ending"]],
  ])("shows %s", (_name, frames, expected) => {
    const reading = new Reading();
    const tally = new Tally();
    for (const frame of frames) reading.take({ streamId: "s", ...frame });
    tally.take(reading, 2, "whole", "whole");
    expect(bad({ tally })).toEqual(expected);
  });
});
