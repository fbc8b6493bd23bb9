import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deltaJson, mergeSteps } from "./merge.ts";
import type { Event } from "./protocol/events.ts";
import type { Entry } from "./stream.ts";

const texts = fc.string({ unit: "binary", maxLength: 20 });
const events: fc.Arbitrary<Event> = fc.oneof(
  { weight: 5, arbitrary: texts.map((text): Event => ({ type: "text-delta", text })) },
  { weight: 1, arbitrary: texts.map((text): Event => ({ type: "status", text })) },
  { weight: 1, arbitrary: texts.map((text): Event => ({ type: "reasoning-delta", text })) },
);

function stored(list: readonly Event[]): Entry[] {
  return list.map((event, seq) => ({
    epoch: 1,
    seq,
    at: seq,
    json: event.type === "text-delta" ? deltaJson(event.text) : JSON.stringify(event),
  }));
}

function textOf(steps: readonly Entry[]): string {
  return steps
    .map(({ json }) => (JSON.parse(json) as { text: string }).text)
    .join("|")
    .replaceAll("|", "");
}

describe("merged steps (law 7)", () => {
  it("hold the same text in the same order, in dense ranges, and only deltas are joined", () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 60 }), fc.integer({ min: 1, max: 400 }), (list, mergedBytes) => {
        const entries = stored(list);
        const steps = mergeSteps(entries, mergedBytes);
        expect(textOf(steps)).toBe(textOf(entries));
        let next = 0;
        for (const { seq, first = seq } of steps) {
          expect(first).toBe(next);
          next = seq + 1;
          const types = list.slice(first, next).map(({ type }) => type);
          expect(types.length === 1 || types.every((type) => type === "text-delta")).toBe(true);
        }
        expect(next).toBe(list.length);
      }),
    );
  });

  it("stay near the size asked", () => {
    const steps = mergeSteps(stored(Array.from({ length: 100 }, () => ({ type: "text-delta", text: "word " }))), 200);
    expect(Math.max(...steps.map(({ json }) => json.length))).toBeLessThanOrEqual(200);
    expect(steps.length).toBeLessThan(40);
  });
});
