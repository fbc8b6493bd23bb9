import { inflateSync } from "node:zlib";
import { type DecodedPng, decode } from "fast-png";
import { pngChunks } from "../format/png.ts";
import type { Pixel, Pixels } from "./pixels.ts";

/** Everything else is left out: it is not needed for the pixels, and may be packed too. */
const NEEDED = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"];
const SIGNATURE = 8;
/** Samples of a pixel, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
/** Adam7 has seven pictures, whose rows each have a byte more and may end inside one. */
const INTERLACE_ROOM = 4;

/** Throws where the data unpack to more than the header says. */
export function decodePng(bytes: Uint8Array, width: number, height: number): Pixels {
  const chunks = [...pngChunks(bytes)].filter(({ type }) => NEEDED.includes(type));
  const packed = chunks
    .filter(({ type }) => type === "IDAT")
    .map(({ start, end }) => bytes.subarray(start + 8, end - 4));
  const [depth, colourType] = [bytes[24]!, bytes[25]!];
  const rowBytes = 1 + Math.ceil((width * depth * (SAMPLES[colourType] ?? 4)) / 8);
  inflateSync(Buffer.concat(packed), { maxOutputLength: (rowBytes + INTERLACE_ROOM) * (height + 8) * 2 });
  const parts = chunks.map(({ start, end }) => bytes.subarray(start, end));
  return pixelsOf(decode(Buffer.concat([bytes.subarray(0, SIGNATURE), ...parts])));
}

function pixelsOf(png: DecodedPng): Pixels {
  const { width, height, channels, palette, transparency } = png;
  const [key] = transparency ?? [];
  const sample = samplesOf(png);
  const at = (x: number, y: number): Pixel => {
    if (palette !== undefined) {
      const [red = 0, green = 0, blue = 0, opacity = 255] = palette[sample(x, y, 0)] ?? [];
      return [red, green, blue, opacity];
    }
    const first = sample(x, y, 0);
    if (channels < 3) return [first, first, first, channels === 2 ? sample(x, y, 1) : first === key ? 0 : 255];
    return [first, sample(x, y, 1), sample(x, y, 2), channels === 4 ? sample(x, y, 3) : 255];
  };
  return { width, height, at };
}

/** Reads one sample as 0 to 255; a palette's index as it is. Several samples below eight bits share a byte. */
function samplesOf(png: DecodedPng): (x: number, y: number, channel: number) => number {
  const { width, channels, depth, data, palette } = png;
  if (depth >= 8) return (x, y, channel) => data[(y * width + x) * channels + channel]! >> (depth - 8);
  const rowBytes = Math.ceil((width * depth) / 8);
  const top = 2 ** depth - 1;
  const scale = palette === undefined ? 255 / top : 1;
  return (x, y) => {
    const bit = x * depth;
    const byte = data[y * rowBytes + (bit >> 3)]!;
    return ((byte >> (8 - depth - (bit & 7))) & top) * scale;
  };
}
