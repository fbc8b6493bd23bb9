import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Tail } from "./tail.ts";

const CAPACITY = 1000;

describe("a tail (law 2)", () => {
  it("gives from any place either all that was pushed since, or nothing", () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(texts, fc.nat(50), (list, first) => {
        const tail = new Tail(CAPACITY);
        const events = list.map((text, index) => ({
          epoch: index < 20 ? 1 : 2,
          seq: first + index,
          at: 1000 + index,
          json: JSON.stringify(text),
        }));
        for (const [index, event] of events.entries()) {
          tail.push(event);
          for (let back = 0; back <= index + 1; back += 1) {
            const from = tail.from(event.seq - back, (seq) => (seq < first + 20 ? 1 : 2));
            if (from !== undefined) expect(from).toEqual(events.slice(index - back, index + 1));
          }
          expect(tail.from(event.seq, () => 1)).toBeDefined();
          expect(tail.from(event.seq + 1, () => 1)).toBeUndefined();
        }
      }),
      { numRuns: 30 },
    );
  });

  it("holds about what it may, and forgets all before an event that is larger than that", () => {
    const tail = new Tail(CAPACITY);
    const json = `"${"x".repeat(98)}"`;
    for (let seq = 0; seq < 50; seq += 1) tail.push({ epoch: 1, seq, at: 0, json });
    expect(tail.from(45, () => 1)).toHaveLength(5);
    expect(tail.from(39, () => 1)).toBeUndefined();
    tail.push({ epoch: 1, seq: 50, at: 0, json: `"${"y".repeat(CAPACITY)}"` });
    expect(tail.from(50, () => 1)).toBeUndefined();
    tail.push({ epoch: 1, seq: 51, at: 0, json });
    expect(tail.from(51, () => 1)).toEqual([{ epoch: 1, seq: 51, at: 0, json }]);
    expect(tail.from(49, () => 1)).toBeUndefined();
  });

  it("gives nothing that stood before a hole, and what stands behind it under its own seq (law 3)", () => {
    const tail = new Tail(CAPACITY);
    const event = (seq: number): { epoch: number; seq: number; at: number; json: string } => ({
      epoch: 1,
      seq,
      at: seq,
      json: `"${seq}"`,
    });
    for (const seq of [4, 5, 7, 8]) tail.push(event(seq));
    expect([4, 5, 6].map((seq) => tail.from(seq, () => 1))).toEqual([undefined, undefined, undefined]);
    expect(tail.from(7, () => 1)).toEqual([event(7), event(8)]);
  });
});
