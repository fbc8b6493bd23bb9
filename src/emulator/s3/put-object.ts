import { createHash } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { StoredObject } from "./bucket.ts";
import { crc32Of, verify } from "./checksums.ts";
import type { Room } from "./room.ts";
import { S3Error } from "./s3-error.ts";
import { readUpload } from "./upload-body.ts";

const META = "x-amz-meta-";
/** User-defined metadata, names and values together (Amazon S3 user guide, "Working with object metadata"). */
const MOST_METADATA_BYTES = 2048;
const KEPT = ["content-type", "content-disposition", "content-language", "cache-control", "expires"];
/** Besides the bytes: key, headers and the objects around them. */
const OVERHEAD_BYTES = 1024;

/** Reads what a PutObject request brings. What it weighs stays taken from `room`; where this rejects, nothing does. */
export async function readObject(request: IncomingMessage, room: Room): Promise<StoredObject> {
  const body = await readUpload(request, room);
  const { bytes } = body;
  try {
    const headers = headersOf(request.headers);
    verify(body, request.headers);
    const weight = bytes.length + OVERHEAD_BYTES + JSON.stringify(headers).length;
    room.take(weight - bytes.length);
    const etag = `"${createHash("md5").update(bytes).digest("hex")}"`;
    return { bytes, headers, etag, crc32: crc32Of(bytes), lastModified: new Date(), weight };
  } catch (thrown) {
    room.give(bytes.length);
    throw thrown;
  }
}

function headersOf(sent: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/octet-stream" };
  let metadataBytes = 0;
  for (const [name, value] of Object.entries(sent)) {
    if (typeof value !== "string") continue;
    if (name.startsWith(META)) metadataBytes += name.length - META.length + Buffer.byteLength(value);
    if (name.startsWith(META) || KEPT.includes(name)) headers[name] = value;
  }
  if (metadataBytes > MOST_METADATA_BYTES) {
    throw new S3Error("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size.");
  }
  const encodings = (sent["content-encoding"] ?? "")
    .split(/\s*,\s*/)
    .filter((each) => each !== "" && each !== "aws-chunked");
  if (encodings.length > 0) headers["content-encoding"] = encodings.join(",");
  return headers;
}
