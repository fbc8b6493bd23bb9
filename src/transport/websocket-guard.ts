/**
 * Watches the headers of a client's WebSocket frames (RFC 6455 section 5.2) for one thing that the library does not
 * limit: the size of a single frame. Reads no payload.
 */
export class FrameGuard {
  readonly #maxFrameBytes: number;
  readonly #header: number[] = [];
  /** Payload bytes of the present frame still to come. */
  #payload = 0;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Takes the next bytes; false when a frame announces more than it may hold. */
  accepts(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#payload > 0) {
        const passed = Math.min(this.#payload, bytes.length - at);
        this.#payload -= passed;
        at += passed;
        continue;
      }
      this.#header.push(bytes[at]!);
      at += 1;
      if (this.#header.length < headerLength(this.#header)) continue;
      this.#payload = payloadLength(this.#header);
      this.#header.length = 0;
      if (this.#payload > this.#maxFrameBytes) return false;
    }
    return true;
  }
}

const MASK_BYTES = 4;

function headerLength(header: readonly number[]): number {
  if (header.length < 2) return 2;
  const length = header[1]! & 0x7f;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  const masked = (header[1]! & 0x80) !== 0;
  return 2 + extended + (masked ? MASK_BYTES : 0);
}

function payloadLength(header: readonly number[]): number {
  const length = header[1]! & 0x7f;
  if (length < 126) return length;
  const bytes = length === 126 ? header.slice(2, 4) : header.slice(2, 10);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
