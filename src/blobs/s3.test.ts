import { HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type S3Emulator, startS3Emulator } from "../emulator/s3/index.ts";
import { describeBlobs } from "../testing/conformance/blobs.ts";
import { s3Blobs } from "./s3.ts";

let emulator: S3Emulator;
let client: S3Client;

beforeAll(async () => {
  emulator = await startS3Emulator({
    buckets: ["shared", "own", "many", "prefixed", "environment", "refused", "busy"],
  });
  client = new S3Client({
    endpoint: emulator.url,
    forcePathStyle: true,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(async () => {
  client.destroy();
  await emulator.close();
});
afterEach(() => void vi.unstubAllEnvs());

const meta = { owner: "../ann", id: "../../id", mediaType: "image/png", expiresAt: 1000 };

async function* chunks(...parts: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Uint8Array.of(part);
}

async function keysOf(Bucket: string): Promise<string[]> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  return Contents.map(({ Key }) => Key!);
}

const open = () => s3Blobs({ bucket: "shared", client });
describeBlobs(
  { describe, it },
  {
    name: "S3",
    open: async () => open(),
    reopen: async (blobs) => {
      await blobs.close();
      return open();
    },
  },
);

it("B1: whatever its owner and id, an upload is one object whose key is the prefix and a digest", async () => {
  await s3Blobs({ bucket: "own", prefix: "uploads/", client }).put(meta, chunks(1, 2), 10);
  const keys = await keysOf("own");
  expect(keys).toEqual([expect.stringMatching(/^uploads\/[0-9a-f]{64}$/)]);
  const head = await client.send(new HeadObjectCommand({ Bucket: "own", Key: keys[0]! }));
  expect([head.ContentType, head.Metadata]).toEqual(["image/png", { "expires-at": "1000" }]);
});

it("B1: blobs in the same bucket with another prefix are others', and a sweep leaves them", async () => {
  const ours = s3Blobs({ bucket: "prefixed", prefix: "ours/", client });
  const theirs = s3Blobs({ bucket: "prefixed", prefix: "theirs/", client });
  await theirs.put(meta, chunks(1), 10);
  expect(await ours.get(meta.owner, meta.id, 1)).toBeUndefined();
  await ours.sweep(2000);
  expect((await theirs.get(meta.owner, meta.id, 1))?.bytes).toEqual(Uint8Array.of(1));
});

it("B2: of an upload that is cut short or too big S3 hears nothing", async () => {
  const blobs = s3Blobs({ bucket: "refused", client });
  async function* cut(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    throw new Error("the client is gone");
  }
  await expect(blobs.put(meta, cut(), 10)).rejects.toThrow("the client is gone");
  await expect(blobs.put(meta, chunks(1, 2, 3), 2)).rejects.toMatchObject({ code: "payload_too_large" });
  expect(emulator.keys("refused")).toEqual([]);
});

it("B2: of puts at the same time under one id one is stored whole; those of other ids all are", async () => {
  const blobs = s3Blobs({ bucket: "busy", client });
  const puts = Array.from({ length: 20 }, (_, index) => index + 1);
  await Promise.all(puts.map((value) => blobs.put(meta, chunks(...Array.from({ length: value }, () => value)), 100)));
  const { bytes } = (await blobs.get(meta.owner, meta.id, 1))!;
  expect(Array.from(bytes)).toEqual(Array.from({ length: bytes.length }, () => bytes.length));
  await Promise.all(puts.map((value) => blobs.put({ ...meta, id: `${value}` }, chunks(value), 100)));
  for (const value of puts) expect((await blobs.get(meta.owner, `${value}`, 1))?.bytes).toEqual(Uint8Array.of(value));
});

it("B3: sweeps come to every object, in a bucket of more than one page too", async () => {
  const blobs = s3Blobs({ bucket: "many", client });
  const ids = Array.from({ length: 130 }, (_, index) => `${index}`);
  await Promise.all(ids.map((id) => blobs.put({ ...meta, id }, chunks(1), 10)));
  await blobs.sweep(2000);
  expect((await keysOf("many")).length).toBe(30);
  await blobs.sweep(2000);
  expect(await keysOf("many")).toEqual([]);
});

it("reaches the endpoint that AWS_ENDPOINT_URL_S3 names, with path-style addresses, where it is given no client", async () => {
  // A name: below an IP address the SDK itself would not look for a bucket's host.
  vi.stubEnv("AWS_ENDPOINT_URL_S3", emulator.url.replace("127.0.0.1", "localhost"));
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  const blobs = s3Blobs({ bucket: "environment" });
  await blobs.put(meta, chunks(1), 10);
  await blobs.close();
  expect((await keysOf("environment")).length).toBe(1);
});

it("throws on what is not about the object, like a bucket that is not there", async () => {
  const blobs = s3Blobs({ bucket: "absent", client });
  const expected = { message: expect.stringMatching(/^S3 failed: /), cause: { name: "NoSuchBucket" } };
  await expect(blobs.put(meta, chunks(1), 10)).rejects.toMatchObject(expected);
  await expect(blobs.get(meta.owner, meta.id, 1)).rejects.toMatchObject(expected);
  await expect(blobs.sweep(2000)).rejects.toMatchObject(expected);
});

it("throws an Error with its cause where S3 is not there at all, rather than saying that nothing is found", async () => {
  const gone = await startS3Emulator({ buckets: ["shared"] });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const settings = { endpoint: gone.url, forcePathStyle: true, region: "us-east-1", credentials, maxAttempts: 1 };
  const unreachable = new S3Client(settings);
  const blobs = s3Blobs({ bucket: "shared", client: unreachable });
  await blobs.put(meta, chunks(1), 10);
  await gone.close();
  const expected = { message: expect.stringMatching(/^S3 failed: /), cause: expect.any(Error) };
  await expect(blobs.get(meta.owner, meta.id, 1)).rejects.toMatchObject(expected);
  await expect(blobs.delete(meta.owner, meta.id)).rejects.toMatchObject(expected);
  await expect(blobs.put(meta, chunks(1), 10)).rejects.toMatchObject(expected);
  unreachable.destroy();
});
