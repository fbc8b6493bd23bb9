import type { IncomingMessage } from "node:http";
import type { Room } from "./room.ts";
import { S3Error } from "./s3-error.ts";

export interface UploadBody {
  readonly bytes: Buffer;
  /** Headers that came behind the bytes; names in lower case. */
  readonly trailers: Readonly<Record<string, string>>;
}

/**
 * Reads a request's body, in the aws-chunked encoding where its headers say so. The bytes stay taken from `room`; where this
 * rejects, nothing does.
 */
export async function readUpload(request: IncomingMessage, room: Room): Promise<UploadBody> {
  const raw = await collect(request, room);
  if (!isChunked(request)) return { bytes: raw, trailers: {} };
  try {
    const body = decode(raw);
    if (Number(request.headers["x-amz-decoded-content-length"]) !== body.bytes.length) throw incomplete();
    room.give(raw.length - body.bytes.length);
    return body;
  } catch (thrown) {
    room.give(raw.length);
    throw thrown;
  }
}

function isChunked({ headers }: IncomingMessage): boolean {
  const encodings = String(headers["content-encoding"] ?? "").split(/\s*,\s*/);
  return encodings.includes("aws-chunked") || String(headers["x-amz-content-sha256"]).startsWith("STREAMING-");
}

/** What is too much is read on all the same, and dropped: a client hears an answer only once it has sent everything. */
async function collect(request: IncomingMessage, room: Room): Promise<Buffer> {
  const parts: Buffer[] = [];
  let taken = 0;
  let refused: unknown;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      if (refused !== undefined) continue;
      try {
        room.take(part.length);
        taken += part.length;
        parts.push(part);
      } catch (thrown) {
        refused = thrown;
        parts.length = 0;
      }
    }
  } catch (thrown) {
    refused = thrown;
  }
  if (refused === undefined) return Buffer.concat(parts);
  room.give(taken);
  throw refused;
}

/**
 * Chunks `<size in hexadecimal>[;extension]CRLF<bytes>CRLF` up to one of size 0, then trailers as header lines (Amazon S3 API
 * reference, "Signature calculations for trailing headers"). Signatures are not checked.
 */
function decode(raw: Buffer): UploadBody {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = raw.indexOf("\r\n", at);
    const size = end < 0 ? undefined : /^([0-9a-f]{1,8})(?:;|$)/i.exec(raw.toString("latin1", at, end))?.[1];
    if (size === undefined) throw incomplete();
    const length = Number.parseInt(size, 16);
    at = end + 2;
    if (length === 0) return { bytes: Buffer.concat(parts), trailers: trailersOf(raw.toString("latin1", at)) };
    if (raw.toString("latin1", at + length, at + length + 2) !== "\r\n") throw incomplete();
    parts.push(raw.subarray(at, at + length));
    at += length + 2;
  }
}

function trailersOf(text: string): Record<string, string> {
  const trailers: Record<string, string> = {};
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return trailers;
}

function incomplete(): S3Error {
  return new S3Error("IncompleteBody", "The body is not what its headers announce.");
}
