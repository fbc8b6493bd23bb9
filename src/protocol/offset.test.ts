import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochOf, formatOffset, isValidOffset, parseOffset } from "./offset.ts";

/** Epochs of a stream and the seq of its last event. */
const streams = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 5 }).chain((starts) => {
  const epochs = [0, ...starts.slice(1).toSorted((left, right) => left - right)];
  return fc.record({ epochs: fc.constant(epochs), last: fc.integer({ min: epochs.at(-1)!, max: 400 }) });
});

describe("offsets (law 4, PROTOCOL.md section 4)", () => {
  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e8 }), fc.nat(), (epoch, seq) => {
        expect(parseOffset(formatOffset(epoch, seq))).toEqual({ epoch, seq });
      }),
    );
  });

  it.each(["", "1", "-", "1-", "-1", "0-0", "01-1", "1-01", "1--1", "1-1 ", " 1-1", "a-1", "1-1x", "1.0-1", "1-1e3"])(
    "refuses %j",
    (text) => expect(parseOffset(text)).toBeUndefined(),
  );

  it("each seq belongs to exactly one epoch, and only that offset is valid", () => {
    fc.assert(
      fc.property(streams, fc.integer({ min: 0, max: 500 }), ({ epochs, last }, seq) => {
        const valid = epochs
          .map((_, index) => index + 1)
          .filter((epoch) => isValidOffset({ epoch, seq }, epochs, last));
        expect(valid).toEqual(seq <= last ? [epochOf(epochs, seq)] : []);
      }),
    );
  });
});
