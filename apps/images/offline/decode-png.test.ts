import { crc32, deflateSync } from "node:zlib";
import { decode, encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { inspect } from "../inspect.ts";
import { decodePng } from "./decode-png.ts";
import type { Pixels } from "./pixels.ts";

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A PNG of these rows, each without its filter byte. */
function pngOf(
  { width, depth, colourType }: { width: number; depth: number; colourType: number },
  rows: readonly (readonly number[])[],
  more: readonly Buffer[] = [],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([depth, colourType], 8);
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    ...more,
    chunk("IDAT", deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row])))),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

function decoded(bytes: Buffer): Pixels {
  const { width, height } = inspect(bytes);
  return decodePng(bytes, width, height);
}

describe("the pixels of a PNG", () => {
  test("of two colours, eight pixels a byte", () => {
    const pixels = decoded(pngOf({ width: 10, depth: 1, colourType: 0 }, [[0b01000000, 0b01000000]]));
    const row = Array.from({ length: 10 }, (_, x) => pixels.at(x, 0)[0]);
    expect(row).toEqual([0, 255, 0, 0, 0, 0, 0, 0, 0, 255]);
  });

  test("of 16 greys", () => {
    const pixels = decoded(
      pngOf({ width: 3, depth: 4, colourType: 0 }, [
        [0x0f, 0x50],
        [0xf0, 0x00],
      ]),
    );
    expect(pixels.at(1, 0)).toEqual([255, 255, 255, 255]);
    expect(pixels.at(2, 0)).toEqual([85, 85, 85, 255]);
    expect(pixels.at(0, 1)).toEqual([255, 255, 255, 255]);
  });

  test.each([2, 8])("of a palette with transparency, %i bits an index", (depth) => {
    const palette = [
      chunk("PLTE", Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255)),
      chunk("tRNS", Uint8Array.of(255, 0)),
    ];
    const row = depth === 2 ? [0b00011000] : [0, 1, 2, 0];
    const pixels = decoded(pngOf({ width: 4, depth, colourType: 3 }, [row], palette));
    expect([0, 1, 2].map((x) => pixels.at(x, 0))).toEqual([
      [255, 0, 0, 255],
      [0, 255, 0, 0],
      [0, 0, 255, 255],
    ]);
  });

  test("of grey with opacity, and of 16 bits a sample", () => {
    expect(decoded(pngOf({ width: 1, depth: 8, colourType: 4 }, [[100, 50]])).at(0, 0)).toEqual([100, 100, 100, 50]);
    const row = [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc];
    expect(decoded(pngOf({ width: 1, depth: 16, colourType: 2 }, [row])).at(0, 0)).toEqual([0x12, 0x56, 0x9a, 255]);
  });

  test.each([1, 5, 33])("interlaced, %i pixels a side", (side) => {
    const data = Uint8Array.from({ length: 3 * side * side }, (_, index) => (index * 7) & 0xff);
    const image = { width: side, height: side, channels: 3, data };
    const bytes = Buffer.from(encode(image, { interlace: "Adam7" }));
    const place = 3 * (side * side - 1);
    expect(decoded(bytes).at(side - 1, side - 1)).toEqual([...data.subarray(place, place + 3), 255]);
  });

  test("chunks that are not needed are not unpacked", () => {
    const packed = Buffer.from("icc\0\0these cannot be unpacked", "latin1");
    const bytes = pngOf({ width: 1, depth: 8, colourType: 0 }, [[9]], [chunk("iCCP", packed)]);
    expect(() => decode(bytes)).toThrow();
    expect(decoded(bytes).at(0, 0)).toEqual([9, 9, 9, 255]);
  });
});
