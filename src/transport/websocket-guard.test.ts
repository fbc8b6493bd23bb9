import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameGuard } from "./websocket-guard.ts";

/** A client's frame: masked, FIN set, `length` bytes of payload. */
function frame(length: number, first = 0x81): Buffer {
  const extended = length < 126 ? Buffer.alloc(0) : length < 65_536 ? Buffer.alloc(2) : Buffer.alloc(8);
  if (extended.length === 2) extended.writeUInt16BE(length);
  if (extended.length === 8) extended.writeBigUInt64BE(BigInt(length));
  const mark = length < 126 ? length : length < 65_536 ? 126 : 127;
  return Buffer.concat([Buffer.from([first, 0x80 | mark]), extended, Buffer.alloc(4), Buffer.alloc(length, 0xff)]);
}

describe("the frame guard (DESIGN: 32 KB a frame, as on API Gateway)", () => {
  it.each([
    [0, true],
    [32_768, true],
    [32_769, false],
    [70_000, false],
  ])("a frame of %i bytes: %s", (length, fits) => {
    expect(new FrameGuard(32_768, 131_072).accepts(frame(length))).toBe(fits);
  });

  it("finds the one frame that is too large however the bytes are cut", () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 12 });
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1 }), (sizes, cuts) => {
        const guard = new FrameGuard(200, 400);
        const bytes = Buffer.concat(sizes.map((size) => frame(size)));
        let accepted = true;
        for (let at = 0, turn = 0; at < bytes.length && accepted; turn += 1) {
          const to = at + cuts[turn % cuts.length]!;
          accepted = guard.accepts(bytes.subarray(at, to));
          at = to;
        }
        expect(accepted).toBe(sizes.every((size) => size <= 200));
      }),
    );
  });

  it.each([
    [[0x01, 0x00, 0x00, 0x80], [30_000, 30_000, 30_000, 30_000], true],
    [[0x01, 0x00, 0x00, 0x00, 0x80], [30_000, 30_000, 30_000, 30_000, 30_000], false],
    [[0x01, 0x89, 0x80, 0x81], [32_000, 100, 32_000, 32_000], true],
    [[0x01, 0x00, 0x00, 0x89, 0x80], [32_768, 32_768, 32_768, 10, 32_768], true],
    [[0x01, 0x00, 0x00, 0x89, 0x00], [32_768, 32_768, 32_768, 10, 32_769], false],
  ])("fragments %j of %j bytes: %s (128 KB a message)", (firsts, sizes, fits) => {
    const guard = new FrameGuard(32_768, 131_072);
    expect(guard.accepts(Buffer.concat(sizes.map((size, index) => frame(size, firsts[index]!))))).toBe(fits);
  });
});
