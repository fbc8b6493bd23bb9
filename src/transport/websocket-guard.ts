/**
 * Watches the headers of a client's WebSocket frames (RFC 6455 section 5.2): the library does not limit a single frame,
 * and closes for a long message before anybody could say why. Reads no payload.
 */
export class FrameGuard {
  readonly #maxFrameBytes: number;
  readonly #maxMessageBytes: number;
  readonly #header: number[] = [];
  /** Payload bytes of the present frame still to come. */
  #payload = 0;
  /** Payload bytes of the present message, over all its frames so far. */
  #message = 0;

  constructor(maxFrameBytes: number, maxMessageBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Takes the next bytes; false when a frame announces more than it, or its message, may hold. */
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
      this.#message = messageLength(this.#header, this.#message, this.#payload);
      this.#header.length = 0;
      if (this.#payload > this.#maxFrameBytes || this.#message > this.#maxMessageBytes) return false;
    }
    return true;
  }
}

const MASK_BYTES = 4;
const CONTINUATION = 0;
const CONTROL = 8;

function headerLength(header: readonly number[]): number {
  if (header.length < 2) return 2;
  const length = header[1]! & 0x7f;
  const extended = length === 126 ? 2 : length === 127 ? 8 : 0;
  const masked = (header[1]! & 0x80) !== 0;
  return 2 + extended + (masked ? MASK_BYTES : 0);
}

/** A continuation goes on with its message, a control frame stands between, any other frame begins a new one. */
function messageLength(header: readonly number[], before: number, payload: number): number {
  const opcode = header[0]! & 0x0f;
  if (opcode >= CONTROL) return before;
  return opcode === CONTINUATION ? before + payload : payload;
}

function payloadLength(header: readonly number[]): number {
  const length = header[1]! & 0x7f;
  if (length < 126) return length;
  const bytes = length === 126 ? header.slice(2, 4) : header.slice(2, 10);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
