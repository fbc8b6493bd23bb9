/**
 * Text frames of a WebSocket server (RFC 6455 section 5.2: unmasked, FIN set) as strings of bytes ("latin1"), so that the
 * frames of one turn become one write.
 */
const TEXT = 0x81;
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Headers of short frames by payload length: most frames are short, and their lengths recur. */
const headers: string[] = [];
const SHORT = 2048;

/** One text frame, header and payload, one character a byte. */
export function textFrame(text: string): string {
  const payload = BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
  const { length } = payload;
  return (length < SHORT ? (headers[length] ??= header(length)) : header(length)) + payload;
}

function header(length: number): string {
  if (length < 126) return String.fromCharCode(TEXT, length);
  if (length < 0x1_0000) return String.fromCharCode(TEXT, 126, length >> 8, length & 0xff);
  const low = [24, 16, 8, 0].map((shift) => (length >>> shift) & 0xff);
  return String.fromCharCode(TEXT, 127, 0, 0, 0, 0, ...low);
}
