import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import { S3Error } from "./s3-error.ts";
import type { UploadBody } from "./upload-body.ts";

const CHECKSUM = "x-amz-checksum-";

/** In base64, as they travel (Amazon S3 user guide, "Checking object integrity"). */
const ALGORITHMS: Readonly<Record<string, (bytes: Buffer) => string>> = {
  crc32: crc32Of,
  sha1: (bytes) => createHash("sha1").update(bytes).digest("base64"),
  sha256: (bytes) => createHash("sha256").update(bytes).digest("base64"),
};

export function crc32Of(bytes: Buffer): string {
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes));
  return checksum.toString("base64");
}

/**
 * Compares the bytes with every checksum that came before or behind them; throws `BadDigest`, `MalformedTrailerError` where
 * the trailer that was announced did not come, `NotImplemented` at an algorithm that is not known here.
 */
export function verify({ bytes, trailers }: UploadBody, headers: IncomingHttpHeaders): void {
  const announced = headers["x-amz-trailer"];
  if (typeof announced === "string" && trailers[announced.toLowerCase()] === undefined) {
    throw new S3Error("MalformedTrailerError", "The trailer that was announced is missing.");
  }
  for (const [name, value] of Object.entries({ ...headers, ...trailers })) {
    if (!name.startsWith(CHECKSUM) || typeof value !== "string") continue;
    const algorithm = name.slice(CHECKSUM.length);
    if (algorithm === "type" || algorithm === "algorithm") continue;
    if (!Object.hasOwn(ALGORITHMS, algorithm)) {
      throw new S3Error("NotImplemented", `The emulator does not know the checksum ${algorithm}.`);
    }
    if (ALGORITHMS[algorithm]!(bytes) !== value) throw badDigest(algorithm);
  }
  const md5 = headers["content-md5"];
  if (md5 !== undefined && createHash("md5").update(bytes).digest("base64") !== md5) throw badDigest("Content-MD5");
}

function badDigest(what: string): S3Error {
  return new S3Error("BadDigest", `The ${what} you specified did not match the calculated checksum.`);
}
