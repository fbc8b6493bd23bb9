import { deflateSync } from "node:zlib";
import { encode } from "fast-png";
import type { StandInRequest } from "sluice/emulator/bedrock";
import { describe, expect, test } from "vitest";
import { inspect } from "./inspect.ts";
import { imagesStandIn } from "./offline.ts";
import { look } from "./offline/look.ts";
import { gif, jpg, losslessWebp, pictures, png, pngThatClaims, webp } from "./testing/pictures.ts";

function answerTo(bytes: Buffer, prompt: string): Promise<string> {
  const request: StandInRequest = {
    modelId: "offline.images",
    system: "",
    messages: [{ role: "user", content: [{ image: { format: "png", bytes } }, { text: prompt }] }],
    tools: [],
    inferenceConfig: {},
    signal: new AbortController().signal,
  };
  return imagesStandIn(request);
}

const BLIND = /cannot recognise objects, people or text/;
const UNREADABLE = /could not be read/;

describe("the stand-in for image processing", () => {
  test.each(pictures)(
    "$name: asked for nothing special, it says format and size, colours and brightness",
    async (picture) => {
      const answer = await answerTo(picture.bytes, "Describe this image.");
      expect(answer).toContain(
        `It is a ${picture.name.replace("lossless ", "")} file of ${picture.bytes.length} bytes.`,
      );
      expect(answer).toContain(`${picture.width} pixels wide and ${picture.height} pixels high`);
      expect(answer).toMatch(/Its main colours are .*%/);
      expect(answer).toMatch(/Overall it is /);
      expect(answer).toMatch(BLIND);
      expect(answer).not.toMatch(/transparent/);
    },
  );

  test.each([
    [png, "red (75%) and white (25%)"],
    [jpg, "blue (50%) and white (50%)"],
    [gif, "blue (100%)"],
    [webp, "red (100%)"],
    [losslessWebp, "red (100%)"],
  ])("$name: asked for colours, it names the real ones with their shares, and only them", async (picture, colours) => {
    const answer = await answerTo(picture.bytes, "Which colours are in it?");
    expect(answer).toContain(`Its main colours are ${colours}.`);
    expect(answer).not.toMatch(/pixels wide|file of/);
  });

  test.each([
    ["What are its dimensions?", "80 pixels wide and 40 pixels high"],
    ["Is it portrait or landscape?", "landscape (80:40)"],
    ["Which file format is that?", "a PNG file"],
    ["How dark is it?", "Overall it is "],
    ["Is anything transparent?", "None of it is transparent."],
  ])("%s is answered: %s", async (prompt, expected) => {
    expect(await answerTo(png.bytes, prompt)).toContain(expected);
  });

  test("brightness follows the pixels", async () => {
    const grey = (value: number): Buffer =>
      Buffer.from(encode({ width: 4, height: 4, channels: 1, data: new Uint8Array(16).fill(value) }));
    expect(await answerTo(grey(5), "brightness?")).toContain("very dark (2% of white)");
    expect(await answerTo(grey(250), "brightness?")).toContain("very bright (98% of white)");
  });

  test("transparent pixels have no colour", async () => {
    const data = new Uint8Array(4 * 100);
    data.set([0, 255, 0, 255]);
    const bytes = Buffer.from(encode({ width: 10, height: 10, channels: 4, data }));
    const answer = await answerTo(bytes, "Describe this image.");
    expect(answer).toContain("99% of it is transparent.");
    expect(answer).toContain("green (100%)");
  });

  test("one that is too large for decoding gets its header's facts only", async () => {
    const answer = await answerTo(pngThatClaims(8000, 8000), "Describe this image.");
    expect(answer).toContain("8000 pixels wide and 8000 pixels high");
    expect(answer).toMatch(UNREADABLE);
  });

  test("data that unpack to more than the header says are not unpacked", async () => {
    const honest = deflateSync(
      Buffer.alloc(40 * (1 + 4 * 80), 0xff).map((byte, place) => (place % 321 === 0 ? 0 : byte)),
    );
    expect(await answerTo(pngOf(80, 40, honest), "Which colours?")).toContain("white (100%)");
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    expect(await answerTo(pngOf(80, 40, bomb), "Which colours?")).toMatch(UNREADABLE);
  });

  test("a look that cannot even begin does no harm: the next one is taken", async () => {
    const { signal } = new AbortController();
    const facts = inspect(png.bytes);
    // No thread takes a function.
    const uncloneable = { ...facts, mediaType: (() => {}) as never };
    await expect(look(png.bytes, uncloneable, signal)).rejects.toThrow("could not be cloned");
    expect(await look(png.bytes, facts, signal)).toBeDefined();
  });

  test("an image of broken data does no harm: the next one is looked at", async () => {
    expect(await answerTo(pngOf(80, 40, Buffer.from("rubbish")), "Which colours?")).toMatch(UNREADABLE);
    expect(await answerTo(png.bytes, "Which colours?")).toContain("red (75%)");
  });
});

/** A PNG with these data behind the header of another. */
function pngOf(width: number, height: number, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const end = Buffer.from("0000000049454e44ae426082", "hex");
  return Buffer.concat([
    pngThatClaims(width, height).subarray(0, 33),
    length,
    Buffer.from("IDAT"),
    data,
    Buffer.alloc(4),
    end,
  ]);
}
