import { encode as encodePng } from "fast-png";
import jpeg from "jpeg-js";
import { GifWriter } from "omggif";

/** A real image of one format. */
export interface Picture {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly width: number;
  readonly height: number;
}

type Colour = readonly [number, number, number];

/** The upper part of a picture is of the first colour, the rest of the second. */
function striped(width: number, height: number, upper: number, [first, second]: readonly [Colour, Colour]): Uint8Array {
  const data = new Uint8Array(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    data.set([...(pixel < width * upper ? first : second), 255], 4 * pixel);
  }
  return data;
}

const RED: Colour = [220, 20, 20];
const WHITE: Colour = [255, 255, 255];
const BLUE: Colour = [20, 40, 220];

/** Three quarters red, one quarter white, 80 × 40. */
export const png: Picture = {
  name: "PNG",
  mediaType: "image/png",
  bytes: Buffer.from(encodePng({ width: 80, height: 40, data: striped(80, 40, 30, [RED, WHITE]), channels: 4 })),
  width: 80,
  height: 40,
};

/** Half blue, half white, 32 × 64. */
export const jpg: Picture = {
  name: "JPEG",
  mediaType: "image/jpeg",
  bytes: jpeg.encode({ width: 32, height: 64, data: striped(32, 64, 32, [BLUE, WHITE]) }, 95).data,
  width: 32,
  height: 64,
};

/** All blue, 16 × 16. */
export const gif: Picture = { name: "GIF", mediaType: "image/gif", bytes: blueGif(16, 16), width: 16, height: 16 };

/** All red, 64 × 48; made with libwebp. */
export const webp: Picture = {
  name: "WebP",
  mediaType: "image/webp",
  bytes: Buffer.from(
    "UklGRlgAAABXRUJQVlA4IEwAAACwAwCdASpAADAAPpFIoEwlpCMiIqgAsBIJZwDKaoAAFRpjLkoiwAD+8JtD/G83mtKP/+uA/+Wh/6tD+A2S1gXeH/+VtdwY4AKAAAAA",
    "base64",
  ),
  width: 64,
  height: 48,
};

/** As `webp`, without loss. */
export const losslessWebp: Picture = {
  name: "lossless WebP",
  mediaType: "image/webp",
  bytes: Buffer.from("UklGRiIAAABXRUJQVlA4TBUAAAAvP8ALAAcQRY7+B4CE8H+9GNH/1A8A", "base64"),
  width: 64,
  height: 48,
};

export const pictures: readonly Picture[] = [png, jpg, gif, webp, losslessWebp];

/** A small PNG that claims to be of this size. */
export function pngThatClaims(width: number, height: number): Buffer {
  const bytes = Buffer.from(png.bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

function blueGif(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(4096);
  const writer = new GifWriter(bytes, width, height, { palette: [0xffffff, 0x1428dc] });
  writer.addFrame(
    0,
    0,
    width,
    height,
    Array.from({ length: width * height }, () => 1),
  );
  return Buffer.from(bytes.subarray(0, writer.end()));
}
