import { type Size, viewOf } from "./reading.ts";

const HEADER = 13;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;
const DESCRIPTOR = 10;

/** A whole GIF has an image and its trailer (GIF89a). The size is that of the screen, and of what reaches beyond it. */
export function readGif(bytes: Uint8Array): Size | undefined {
  if (bytes.length < HEADER) return undefined;
  const view = viewOf(bytes);
  let width = view.getUint16(6, true);
  let height = view.getUint16(8, true);
  let hasImage = false;
  for (let at = HEADER + tableBytes(bytes[10]!); at < bytes.length;) {
    switch (bytes[at]) {
      case TRAILER:
        return hasImage ? { width, height } : undefined;
      case EXTENSION:
        at = behindBlocks(bytes, at + 2);
        break;
      case IMAGE:
        if (at + DESCRIPTOR > bytes.length) return undefined;
        hasImage = true;
        width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
        height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
        at = behindBlocks(bytes, at + DESCRIPTOR + tableBytes(bytes[at + 9]!) + 1);
        break;
      default:
        return undefined;
    }
  }
  return undefined;
}

/** Bytes of a colour table, by the flags that tell of it. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** The place behind a row of data blocks, which an empty one ends. */
function behindBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
  return at + 1;
}
