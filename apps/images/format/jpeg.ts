import { type Size, viewOf } from "./reading.ts";

const MARK = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;

/** A whole JPEG has a frame header, a scan, and its end marker (ITU-T T.81, annex B). */
export function readJpeg(bytes: Uint8Array): Size | undefined {
  const view = viewOf(bytes);
  let size: Size | undefined;
  let scanned = false;
  for (let at = 2; at + 2 <= bytes.length;) {
    if (bytes[at] !== MARK) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === MARK) {
      at += 1;
      continue;
    }
    if (marker === END_OF_IMAGE) return scanned ? size : undefined;
    if (standsAlone(marker)) {
      at += 2;
      continue;
    }
    if (at + 4 > bytes.length) return undefined;
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > bytes.length) return undefined;
    if (isFrameHeader(marker)) {
      if (length < 8) return undefined;
      size ??= { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    }
    scanned ||= marker === START_OF_SCAN;
    at = marker === START_OF_SCAN ? behindScan(bytes, end) : end;
  }
  return undefined;
}

/** TEM and the restart markers have no length. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** SOF0 to SOF15; three numbers in between are the tables' (DHT, JPG, DAC). */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** The next marker behind a scan's data, in which FF 00 is a byte and restart markers may stand. */
function behindScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(MARK, from); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && !standsAlone(next)) return at;
  }
  return bytes.length;
}
