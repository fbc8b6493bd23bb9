import { type ImageMediaType, SluiceError } from "sluice";
import { readGif } from "./format/gif.ts";
import { readJpeg } from "./format/jpeg.ts";
import { readPng } from "./format/png.ts";
import { type Size, beginsWith } from "./format/reading.ts";
import { readWebp } from "./format/webp.ts";
import { MAX_IMAGE_BYTES, MAX_SIDE } from "./limits.ts";

/** What the bytes themselves say of an image. */
export interface ImageFacts extends Size {
  readonly mediaType: ImageMediaType;
}

interface Format {
  readonly mediaType: ImageMediaType;
  readonly isOne: (bytes: Uint8Array) => boolean;
  /** Undefined where the image is not whole. */
  readonly read: (bytes: Uint8Array) => Size | undefined;
}

const FORMATS: readonly Format[] = [
  { mediaType: "image/png", isOne: (bytes) => beginsWith(bytes, "\x89PNG\r\n\x1a\n"), read: readPng },
  { mediaType: "image/jpeg", isOne: (bytes) => beginsWith(bytes, "\xff\xd8\xff"), read: readJpeg },
  {
    mediaType: "image/gif",
    isOne: (bytes) => beginsWith(bytes, "GIF87a") || beginsWith(bytes, "GIF89a"),
    read: readGif,
  },
  {
    mediaType: "image/webp",
    isOne: (bytes) => beginsWith(bytes, "RIFF") && beginsWith(bytes, "WEBP", 8),
    read: readWebp,
  },
];

/** As many bytes as `formatOf` looks at. */
export const SIGNATURE_BYTES = 12;

/** The media types that are taken. */
export const MEDIA_TYPES: readonly ImageMediaType[] = FORMATS.map(({ mediaType }) => mediaType);

/** The image's type by its first bytes; undefined for any that is not taken. */
export function mediaTypeOf(bytes: Uint8Array): ImageMediaType | undefined {
  return formatOf(bytes)?.mediaType;
}

/**
 * Checks an image without decoding it: its type, that it is whole, and the limits of the model. Throws
 * `unsupported_media_type` where it is no image of a type that is taken or not of the one that was `declared`,
 * `payload_too_large` above 3.75 MB, else `bad_request`.
 */
export function inspect(bytes: Uint8Array, declared?: string): ImageFacts {
  if (bytes.length > MAX_IMAGE_BYTES) {
    throw new SluiceError("payload_too_large", `An image may have ${MAX_IMAGE_BYTES} bytes at most.`);
  }
  const format = formatOf(bytes);
  if (format === undefined) throw notAnImage();
  if (declared !== undefined && declared !== format.mediaType) throw mismatch(format.mediaType);
  const size = format.read(bytes);
  if (size === undefined || size.width < 1 || size.height < 1) {
    throw new SluiceError("bad_request", "The image is broken, or not whole.");
  }
  if (size.width > MAX_SIDE || size.height > MAX_SIDE) {
    throw new SluiceError("bad_request", `An image may have ${MAX_SIDE} pixels a side at most.`);
  }
  return { mediaType: format.mediaType, width: size.width, height: size.height };
}

export function notAnImage(): SluiceError {
  return new SluiceError("unsupported_media_type", "This is no PNG, JPEG, GIF or WebP image.");
}

export function mismatch(actual: ImageMediaType): SluiceError {
  return new SluiceError("unsupported_media_type", `The media type does not fit: the bytes are ${actual}.`);
}

function formatOf(bytes: Uint8Array): Format | undefined {
  return FORMATS.find(({ isOne }) => isOne(bytes));
}
