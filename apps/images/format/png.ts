import { type Size, beginsWith, viewOf } from "./reading.ts";

/** One chunk of a PNG: its type, and where it begins (with its length field) and ends (behind its checksum). */
export interface PngChunk {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

const SIGNATURE = 8;
/** Length, type and checksum around a chunk's data. */
export const CHUNK_FRAME = 12;
const HEADER_DATA = 13;

/** A whole PNG begins with IHDR, has data, and ends with IEND (PNG specification, third edition, section 5). */
export function readPng(bytes: Uint8Array): Size | undefined {
  const view = viewOf(bytes);
  if (!beginsWith(bytes, "IHDR", SIGNATURE + 4)) return undefined;
  let hasData = false;
  for (const { type, start, end } of pngChunks(bytes)) {
    if (start === SIGNATURE && end - start !== CHUNK_FRAME + HEADER_DATA) return undefined;
    if (type === "IDAT") hasData = true;
    if (type === "IEND") return hasData ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined;
  }
  return undefined;
}

/** The chunks that are whole, in order. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk, void, void> {
  const view = viewOf(bytes);
  let start = SIGNATURE;
  while (start + CHUNK_FRAME <= bytes.length) {
    const end = start + CHUNK_FRAME + view.getUint32(start);
    if (end > bytes.length) return;
    yield { type: String.fromCharCode(...bytes.subarray(start + 4, start + 8)), start, end };
    start = end;
  }
}
