/**
 * Text frames of a WebSocket server (RFC 6455 section 5.2: unmasked, FIN set) as strings of bytes ("latin1"), so that the
 * frames of one turn become one write.
 */
const TEXT = String.fromCharCode(0x81);
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** One text frame, header and payload, one character a byte. */
export function textFrame(text: string): string {
  const payload = BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
  return TEXT + lengthField(payload.length) + payload;
}

function lengthField(length: number): string {
  if (length < 126) return String.fromCharCode(length);
  if (length < 0x1_0000) return String.fromCharCode(126, length >> 8, length & 0xff);
  return String.fromCharCode(
    127,
    0,
    0,
    0,
    0,
    (length >>> 24) & 0xff,
    (length >>> 16) & 0xff,
    (length >>> 8) & 0xff,
    length & 0xff,
  );
}
