import type { Bucket } from "./bucket.ts";
import { S3Error } from "./s3-error.ts";
import { xmlDocument } from "./xml.ts";

const MOST_KEYS = 1000;

/** The answer to ListObjectsV2 (Amazon S3 API reference). */
export function listObjects(name: string, bucket: Bucket, query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const most = Math.min(maxKeys(query.get("max-keys")), MOST_KEYS);
  const token = query.get("continuation-token");
  const startAfter = query.get("start-after");
  const { items, truncated } = bucket.list(prefix, token === null ? (startAfter ?? "") : keyOf(token), most);
  const encoding = query.get("encoding-type");
  const encoded = encoding === "url" ? encodeURIComponent : (key: string): string => key;
  return xmlDocument("ListBucketResult", {
    Name: name,
    Prefix: encoded(prefix),
    MaxKeys: most,
    KeyCount: items.length,
    IsTruncated: truncated,
    ...(encoding !== null && { EncodingType: encoding }),
    ...(startAfter !== null && { StartAfter: encoded(startAfter) }),
    ...(token !== null && { ContinuationToken: token }),
    ...(truncated && { NextContinuationToken: tokenOf(items.at(-1)![0]) }),
    Contents: items.map(([key, { bytes, etag, lastModified }]) => ({
      Key: encoded(key),
      LastModified: lastModified.toISOString(),
      ETag: etag,
      Size: bytes.length,
      StorageClass: "STANDARD",
    })),
  });
}

function maxKeys(text: string | null): number {
  if (text === null) return MOST_KEYS;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new S3Error("InvalidArgument", "max-keys is no number.");
}

function tokenOf(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function keyOf(token: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (token === "" || tokenOf(key) !== token) {
    throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
  }
  return key;
}
