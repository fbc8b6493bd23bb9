import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { diskBlobs } from "./disk.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-blobs-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const meta = { owner: "../ann", id: "../../id", mediaType: "image/png", expiresAt: 1000 };

async function* chunks(...parts: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield Uint8Array.of(part);
}

it("B1: whatever its owner and id, an upload is one file whose name is a digest", async () => {
  const blobs = await diskBlobs(join(folder, "blobs"));
  await blobs.put(meta, chunks(1, 2), 10);
  expect(await readdir(join(folder, "blobs"))).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  expect(await readdir(folder)).toEqual(["blobs"]);
});

it("B2: an upload that is refused or cut short leaves no file", async () => {
  const blobs = await diskBlobs(folder);
  await expect(blobs.put(meta, chunks(1, 2, 3), 2)).rejects.toMatchObject({ code: "payload_too_large" });
  expect(await readdir(folder)).toEqual([]);
});

it("B2: what a process that died in the midst of an upload left behind is removed at the next opening", async () => {
  await (await diskBlobs(folder)).put(meta, chunks(1), 10);
  await writeFile(join(folder, "11111111-1111-4111-8111-111111111111.part"), '{"id":"x"');
  const blobs = await diskBlobs(folder);
  expect((await readdir(folder)).length).toBe(1);
  expect((await blobs.get(meta.owner, meta.id, 1))?.bytes).toEqual(Uint8Array.of(1));
});

it("B3: a sweep removes the files of what has expired, and only those, while uploads go on", async () => {
  const blobs = await diskBlobs(folder);
  await blobs.put(meta, chunks(1), 10);
  async function* sweeping(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(2);
    await blobs.sweep(2000);
    yield Uint8Array.of(3);
  }
  expect(await blobs.put({ ...meta, id: "new", expiresAt: 3000 }, sweeping(), 10)).toBe(2);
  expect((await readdir(folder)).length).toBe(1);
});
