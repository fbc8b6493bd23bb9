import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { Readable } from "node:stream";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type S3Emulator, startS3Emulator } from "./emulator.ts";

let emulator: S3Emulator;
let client: S3Client;

beforeEach(async () => {
  emulator = await startS3Emulator({ buckets: ["photos", "empty"], maxBytes: 1_000_000 });
  client = new S3Client({
    endpoint: emulator.url,
    forcePathStyle: true,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterEach(async () => {
  client.destroy();
  await emulator.close();
});

const Bucket = "photos";

async function put(Key: string, Body: Uint8Array | string = "x"): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

async function get(Key: string): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body!.transformToByteArray();
}

it("gives an object back with its bytes, type and metadata, and a checksum that the SDK checks", async () => {
  const Body = randomBytes(100_000);
  const Metadata = { owner: "ann", "expires-at": "17" };
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body, ContentType: "image/png", Metadata }));
  const found = await client.send(new GetObjectCommand({ Bucket, Key: "a" }));
  expect(Buffer.from(await found.Body!.transformToByteArray()).equals(Body)).toBe(true);
  expect(found).toMatchObject({ ContentType: "image/png", ContentLength: 100_000, Metadata });
  expect(found.ChecksumCRC32).toMatch(/^[\w+/]{6}==$/);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
  expect(head).toMatchObject({ ContentType: "image/png", ContentLength: 100_000, ETag: found.ETag, Metadata });
});

it("takes a stream, which the SDK sends in aws-chunked pieces with the checksum behind them", async () => {
  const parts = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];
  const Body = Readable.from(parts);
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body, ContentLength: 270_001 }));
  expect(Buffer.from(await get("a")).equals(Buffer.concat(parts))).toBe(true);
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
  expect(head.ContentEncoding).toBeUndefined();
});

it.each([
  ["a trailing checksum that is not theirs", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", "BadDigest"],
  ["no last chunk", "5\r\nhello\r\n", "IncompleteBody"],
  ["a chunk that is longer than it says", "4\r\nhello\r\n0\r\n\r\n", "IncompleteBody"],
  ["other bytes than were declared", "4\r\nhell\r\n0\r\n\r\n", "IncompleteBody"],
])("refuses aws-chunked bytes with %s, and stores nothing", async (_, body, code) => {
  const headers = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "5" };
  const answer = await fetch(`${emulator.url}/photos/a`, { method: "PUT", headers, body });
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(`<Code>${code}</Code>`)]);
  await expect(get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
});

it.each([
  ["ChecksumCRC32", "AAAAAA=="],
  ["ChecksumSHA1", Buffer.alloc(20).toString("base64")],
  ["ChecksumSHA256", Buffer.alloc(32).toString("base64")],
  ["ContentMD5", Buffer.alloc(16).toString("base64")],
])("refuses bytes whose %s is not theirs, and stores nothing", async (name, value) => {
  const command = new PutObjectCommand({ Bucket, Key: "a", Body: "hello", [name]: value });
  await expect(client.send(command)).rejects.toMatchObject({ name: "BadDigest" });
  expect(emulator.keys(Bucket)).toEqual([]);
});

it.each(["CRC32", "SHA1", "SHA256"] as const)("takes the %s that the SDK computes", async (ChecksumAlgorithm) => {
  await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "hello", ChecksumAlgorithm }));
  expect(Buffer.from(await get("a")).toString()).toBe("hello");
});

it("refuses an upload whose announced trailer does not come, and a checksum that it cannot check", async () => {
  const chunked = { "content-encoding": "aws-chunked", "x-amz-decoded-content-length": "5" };
  const headers = { ...chunked, "x-amz-trailer": "x-amz-checksum-crc32" };
  const url = `${emulator.url}/photos/a`;
  const untrailed = await fetch(url, { method: "PUT", headers, body: "5\r\nhello\r\n0\r\n\r\n" });
  expect(await untrailed.text()).toContain("<Code>MalformedTrailerError</Code>");
  const unknown = await fetch(url, { method: "PUT", headers: { "x-amz-checksum-crc32c": "AAAAAA==" }, body: "hello" });
  expect([unknown.status, emulator.keys(Bucket)]).toEqual([501, []]);
});

it("stores nothing of an upload whose connection ends in its midst, and has its room again", async () => {
  for (let times = 0; times < 3; times += 1) {
    const socket = connect(Number(new URL(emulator.url).port), "127.0.0.1");
    socket.resume();
    socket.write("PUT /photos/a HTTP/1.1\r\nhost: s3\r\ncontent-length: 600000\r\n\r\n");
    socket.end(randomBytes(500_000));
    await once(socket, "close");
  }
  expect(emulator.keys(Bucket)).toEqual([]);
  await put("b", randomBytes(900_000));
});

it("tells a key and a bucket that are not there, as the SDK's own classes", async () => {
  await expect(get("none")).rejects.toMatchObject({ name: "NoSuchKey", $metadata: { httpStatusCode: 404 } });
  await expect(client.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toMatchObject({ name: "NotFound" });
  const elsewhere = client.send(new GetObjectCommand({ Bucket: "none", Key: "a" }));
  await expect(elsewhere).rejects.toMatchObject({ name: "NoSuchBucket" });
});

it("deletes an object, and says the same where there was none", async () => {
  await put("a");
  for (let times = 0; times < 2; times += 1) {
    const { $metadata } = await client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    expect($metadata.httpStatusCode).toBe(204);
  }
  await expect(get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
});

it.each(["a b+c%20&<>\"'", "a//b", "./a", "../a", "é 日本", "a/b?c#d"])("keeps the key %j as it is", async (key) => {
  await put(key, key);
  expect(Buffer.from(await get(key)).toString()).toBe(key);
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual([key]);
});

it("lists keys in the order of their bytes, below a prefix, page by page", async () => {
  const keys = ["in/a", "in/B", "in/\u{1f600}", "in/\uff5e", "in/b/c", "out"];
  for (const key of keys) await put(key, key);
  const pages: string[][] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: "in/" }))
    pages.push(Contents.map(({ Key }) => Key!));
  expect(pages).toEqual([["in/B", "in/a"], ["in/b/c", "in/\uff5e"], ["in/\u{1f600}"]]);
  const rest = await client.send(new ListObjectsV2Command({ Bucket, StartAfter: "in/b/c" }));
  expect(rest).toMatchObject({ KeyCount: 3, IsTruncated: false });
  expect(rest.Contents?.[2]).toMatchObject({ Key: "out", Size: 3, LastModified: expect.any(Date) });
  expect((await client.send(new ListObjectsV2Command({ Bucket: "empty" }))).Contents).toBeUndefined();
});

it("refuses what would not fit into its memory, and takes it once there is room again", async () => {
  await put("a", randomBytes(600_000));
  await expect(put("b", randomBytes(600_000))).rejects.toMatchObject({ name: "EntityTooLarge" });
  await put("a", randomBytes(100_000));
  await put("b", randomBytes(600_000));
  await client.send(new DeleteObjectCommand({ Bucket, Key: "b" }));
  for (let times = 0; times < 10; times += 1) await put("b", randomBytes(400_000));
});

it("refuses more metadata than S3 takes", async () => {
  const Metadata = { long: "x".repeat(2045) };
  await expect(client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", Metadata }))).rejects.toMatchObject({
    name: "MetadataTooLarge",
  });
});

it("refuses what it would do wrong, rather than doing it", async () => {
  await put("a", "hello");
  const ranged = client.send(new GetObjectCommand({ Bucket, Key: "a", Range: "bytes=0-1" }));
  await expect(ranged).rejects.toMatchObject({ name: "NotImplemented" });
  const grouped = client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
  await expect(grouped).rejects.toMatchObject({ name: "NotImplemented" });
  const guarded = client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x", IfNoneMatch: "*" }));
  await expect(guarded).rejects.toMatchObject({ name: "NotImplemented" });
});
