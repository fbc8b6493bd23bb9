import { type Size, beginsWith, viewOf } from "./reading.ts";

const HEADER = 12;
const CHUNK_HEADER = 8;

/** A whole WebP holds as many bytes as it says, and picture data (RFC 9649). */
export function readWebp(bytes: Uint8Array): Size | undefined {
  if (bytes.length < HEADER + CHUNK_HEADER) return undefined;
  const view = viewOf(bytes);
  const end = view.getUint32(4, true) + 8;
  if (end > bytes.length) return undefined;
  let canvas: Size | undefined;
  for (let at = HEADER; at + CHUNK_HEADER <= end;) {
    const length = view.getUint32(at + 4, true);
    const data = at + CHUNK_HEADER;
    if (data + length > end) return undefined;
    if (beginsWith(bytes, "VP8X", at) && length >= 10) {
      canvas = { width: 1 + uint24(bytes, data + 4), height: 1 + uint24(bytes, data + 7) };
    } else if (beginsWith(bytes, "VP8L", at)) return larger(canvas, losslessSize(view, data, length));
    else if (beginsWith(bytes, "VP8 ", at)) return larger(canvas, lossySize(view, data, length));
    else if (beginsWith(bytes, "ANMF", at)) return canvas;
    at = data + length + (length % 2);
  }
  return undefined;
}

/** The canvas may not hide a larger picture. */
function larger(canvas: Size | undefined, picture: Size | undefined): Size | undefined {
  if (canvas === undefined || picture === undefined) return picture;
  return { width: Math.max(canvas.width, picture.width), height: Math.max(canvas.height, picture.height) };
}

/** RFC 6386 section 9.1: a key frame's start code, then 14 bits a side. */
function lossySize(view: DataView, at: number, length: number): Size | undefined {
  if (length < 10 || view.getUint8(at + 3) !== 0x9d || view.getUint16(at + 4) !== 0x012a) return undefined;
  return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff };
}

/** RFC 9649 section 3.4: a signature byte, then 14 bits a side, less one. */
function losslessSize(view: DataView, at: number, length: number): Size | undefined {
  if (length < 5 || view.getUint8(at) !== 0x2f) return undefined;
  const bits = view.getUint32(at + 1, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

function uint24(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
}
