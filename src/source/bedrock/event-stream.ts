import { crc32 } from "node:zlib";
import { type MessageLabel, readLabel } from "./message-label.ts";

/** Takes one verified message: its headers' meaning and its payload as text. */
export type OnMessage = (label: MessageLabel, payload: string) => void;

/** Bytes that can't be what the sender sent. */
export class DamagedStream extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DamagedStream";
  }
}

/** Total length, length of the headers, and the CRC-32 of these two: big-endian, 4 bytes each. */
const PRELUDE_BYTES = 12;
/** The CRC-32 of all that stands before it. */
const CHECKSUM_BYTES = 4;
const OVERHEAD_BYTES = PRELUDE_BYTES + CHECKSUM_BYTES;
const MAX_HEADER_BYTES = 128 * 1024;
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
const MAX_MESSAGE_BYTES = MAX_PAYLOAD_BYTES + MAX_HEADER_BYTES + OVERHEAD_BYTES;

/**
 * Decodes `application/vnd.amazon.eventstream` (Smithy, "Amazon Event Stream") from pieces cut anywhere. Both checksums of a
 * message are verified before anything of it is given or believed. Does no I/O.
 */
export class EventStreamDecoder {
  readonly #onMessage: OnMessage;
  /** A message whose end is not here yet: room for its prelude, then, once that is verified, for all of it. */
  #begun: Buffer = Buffer.alloc(PRELUDE_BYTES);
  #filled = 0;
  /** The last message's headers; most messages have the same as the one before. */
  #headers: Buffer = Buffer.alloc(0);
  #label: MessageLabel | undefined;

  constructor(onMessage: OnMessage) {
    this.#onMessage = onMessage;
  }

  /** Gives what the piece completes; throws DamagedStream behind the last good message, and is then of no more use. */
  push(piece: Uint8Array): void {
    const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let at = 0;
    while (at < bytes.length) {
      const begins = this.#filled === 0 && bytes.length - at >= PRELUDE_BYTES;
      const length = begins ? lengthAt(bytes, at) : Infinity;
      if (bytes.length - at < length) {
        at += this.#fill(bytes, at);
      } else {
        this.#take(bytes, at, length);
        at += length;
      }
    }
  }

  /** Throws where the stream ended inside a message. */
  end(): void {
    if (this.#filled > 0) throw new Error("The stream ended inside a message.");
  }

  /** Keeps the beginning of a message; gives the number of bytes taken. */
  #fill(bytes: Buffer, at: number): number {
    const copied = bytes.copy(this.#begun, this.#filled, at);
    this.#filled += copied;
    if (this.#filled < this.#begun.length) return copied;
    const begun = this.#begun;
    if (begun.length === PRELUDE_BYTES) {
      this.#begun = Buffer.allocUnsafe(lengthAt(begun, 0));
      begun.copy(this.#begun);
    } else {
      this.#begun = Buffer.allocUnsafe(PRELUDE_BYTES);
      this.#filled = 0;
      this.#take(begun, 0, begun.length);
    }
    return copied;
  }

  /** One whole message, its prelude verified. */
  #take(bytes: Buffer, at: number, length: number): void {
    const checksumAt = at + length - CHECKSUM_BYTES;
    if (crc32(bytes.subarray(at, checksumAt)) !== bytes.readUInt32BE(checksumAt)) {
      throw new DamagedStream("A message does not match its checksum.");
    }
    const headersAt = at + PRELUDE_BYTES;
    const payloadAt = headersAt + bytes.readUInt32BE(at + 4);
    const label = this.#labelOf(bytes, headersAt, payloadAt);
    this.#onMessage(label, bytes.toString("utf8", payloadAt, checksumAt));
  }

  #labelOf(bytes: Buffer, start: number, end: number): MessageLabel {
    const known = this.#headers;
    if (this.#label !== undefined && bytes.compare(known, 0, known.length, start, end) === 0) return this.#label;
    const label = readLabel(bytes.subarray(start, end));
    if (label === undefined) throw new DamagedStream("A message has headers that can't be read.");
    this.#headers = Buffer.from(bytes.subarray(start, end));
    this.#label = label;
    return label;
  }
}

/** The length of the message that begins here, its prelude verified. */
function lengthAt(bytes: Buffer, at: number): number {
  if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) {
    throw new DamagedStream("A message's prelude does not match its checksum.");
  }
  const length = bytes.readUInt32BE(at);
  const headers = bytes.readUInt32BE(at + 4);
  if (length > MAX_MESSAGE_BYTES || headers > MAX_HEADER_BYTES || length < headers + OVERHEAD_BYTES) {
    throw new DamagedStream(`A message can't have ${length} bytes, ${headers} of them headers.`);
  }
  return length;
}
