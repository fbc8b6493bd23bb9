import * as fc from "fast-check";
import { SluiceError } from "sluice";
import { describe, expect, test } from "vitest";
import { inspect } from "./inspect.ts";
import { MAX_IMAGE_BYTES } from "./limits.ts";
import { gif, pictures, png, pngThatClaims } from "./testing/pictures.ts";

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof SluiceError) return thrown.code;
    throw thrown;
  }
  return "no error";
}

describe("inspect", () => {
  test.each(pictures)("$name: type and size are told from the bytes", ({ bytes, mediaType, width, height }) => {
    expect(inspect(bytes)).toEqual({ mediaType, width, height });
    expect(inspect(bytes, mediaType)).toEqual({ mediaType, width, height });
  });

  test.each(pictures)("$name: cut at any byte it is refused", ({ bytes }) => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(codeOf(() => inspect(bytes.subarray(0, length)))).toMatch(/^(bad_request|unsupported_media_type)$/);
    }
  });

  test.each(pictures)("$name: whatever is changed in it, it is an image or a clear error", ({ bytes }) => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const broken = Buffer.from(bytes);
        for (const [place, value] of changes) broken[place] = value;
        expect(["no error", "bad_request", "unsupported_media_type"]).toContain(codeOf(() => inspect(broken)));
      }),
    );
  });

  test("another type than the declared one is unsupported_media_type, and so is what is no image", () => {
    expect(codeOf(() => inspect(png.bytes, "image/gif"))).toBe("unsupported_media_type");
    expect(codeOf(() => inspect(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")))).toBe(
      "unsupported_media_type",
    );
  });

  test("8000 pixels a side are taken, 8001 and a bomb's 60,000 are bad_request", () => {
    expect(inspect(pngThatClaims(8000, 8000))).toMatchObject({ width: 8000, height: 8000 });
    for (const [width, height] of [
      [8001, 1],
      [1, 8001],
      [60_000, 60_000],
      [0, 5],
    ] as const) {
      expect(codeOf(() => inspect(pngThatClaims(width, height)))).toBe("bad_request");
    }
  });

  test("a GIF whose picture reaches beyond its small screen counts with the picture's size", () => {
    const bytes = Buffer.from(gif.bytes);
    const descriptor = bytes.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 16, 0, 16, 0]));
    bytes.writeUInt16LE(60_000, descriptor + 5);
    expect(codeOf(() => inspect(bytes))).toBe("bad_request");
  });

  test("one byte above 3.75 MB is payload_too_large", () => {
    const behind = (length: number): Buffer => Buffer.concat([png.bytes, Buffer.alloc(length - png.bytes.length)]);
    expect(inspect(behind(MAX_IMAGE_BYTES)).mediaType).toBe("image/png");
    expect(codeOf(() => inspect(behind(MAX_IMAGE_BYTES + 1)))).toBe("payload_too_large");
  });
});
