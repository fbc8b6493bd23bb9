import jpeg from "jpeg-js";
import { GifReader } from "omggif";
import type { ImageFacts } from "../inspect.ts";
import { decodePng } from "./decode-png.ts";
import { decodeWebp } from "./decode-webp.ts";
import { type Pixels, rgbaPixels } from "./pixels.ts";

const JPEG_MEMORY_MB = 512;

/** The pixels of an image that was inspected; the first picture of one that moves. Throws where it is broken. */
export async function decode(bytes: Uint8Array, { mediaType, width, height }: ImageFacts): Promise<Pixels> {
  switch (mediaType) {
    case "image/png":
      return decodePng(bytes, width, height);
    case "image/jpeg": {
      const image = jpeg.decode(bytes, { useTArray: true, maxMemoryUsageInMB: JPEG_MEMORY_MB });
      return rgbaPixels(image.width, image.height, image.data);
    }
    case "image/gif": {
      const reader = new GifReader(bytes);
      const data = new Uint8Array(4 * reader.width * reader.height);
      reader.decodeAndBlitFrameRGBA(0, data);
      return rgbaPixels(reader.width, reader.height, data);
    }
    case "image/webp":
      return decodeWebp(bytes);
  }
}
