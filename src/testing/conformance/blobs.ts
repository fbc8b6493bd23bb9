import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { BlobMeta, Blobs } from "../../blobs.ts";
import { register, type TestRunner } from "./runner.ts";

export interface BlobsSuite {
  /** Names the implementation in the titles. */
  readonly name: string;
  /** Gives blobs to one case alone; the suite closes them. May share their back end with others. */
  open(): Promise<Blobs>;
  /** Closes them and opens them again on what they kept; a text says why that cannot be. */
  readonly reopen: ((blobs: Blobs) => Promise<Blobs>) | string;
}

const NOW = 1_000_000_000_000;
const LIMIT = 1_000_000;

/** Registers the conformance suite of the blobs contract: every law by its number. */
export function describeBlobs(runner: TestRunner, suite: BlobsSuite): void {
  const on = (run: (blobs: Blobs, meta: BlobMeta) => Promise<void>) => async (): Promise<void> => {
    const blobs = await suite.open();
    try {
      await run(blobs, metaOf());
    } finally {
      await blobs.close();
    }
  };
  runner.describe(`${suite.name} blobs`, () => {
    for (const [title, run] of CASES) register(runner, title, on(run));
    const { reopen } = suite;
    const survives = async (): Promise<void> => {
      const meta = metaOf();
      const blobs = await suite.open();
      await blobs.put(meta, chunks([1, 2], [3]), LIMIT);
      const reopened = await (reopen as (blobs: Blobs) => Promise<Blobs>)(blobs);
      assert.deepEqual(await reopened.get(meta.owner, meta.id, NOW), { ...meta, bytes: Uint8Array.of(1, 2, 3) });
      await reopened.close();
    };
    const reason = typeof reopen === "string" ? reopen : undefined;
    register(runner, "B2: reopening keeps every upload that was stored", survives, reason);
  });
}

type Case = readonly [title: string, run: (blobs: Blobs, meta: BlobMeta) => Promise<void>];

const CASES: readonly Case[] = [
  [
    "B1: a blob is found under its owner and id only, with what it was put with",
    async (blobs, meta) => {
      assert.equal(await blobs.put(meta, chunks([0, 10, 13], [255]), LIMIT), 4);
      const { owner, id } = meta;
      assert.deepEqual(await blobs.get(owner, id, NOW), { ...meta, bytes: Uint8Array.of(0, 10, 13, 255) });
      for (const [whose, which] of [
        ["bob", id],
        ["", id],
        [owner, "another"],
        [`${owner}${id}`, ""],
      ] as const) {
        assert.equal(await blobs.get(whose, which, NOW), undefined);
        assert.equal(await blobs.delete(whose, which), false);
      }
      assert.equal((await blobs.get(owner, id, NOW))?.bytes.length, 4);
    },
  ],
  [
    "B1: no owner and no id leads out of its place or to another's blob",
    async (blobs, meta) => {
      const names = ["../../x", "..", ".", "/etc/hosts", "a/b", "a\\b", "a", "A", "", "é\u0000\n", "x".repeat(500)];
      const keys = names.flatMap((name) => [
        { ...meta, owner: `${meta.owner}${name}`, id: "id" },
        { ...meta, id: `${meta.id}${name}` },
        { ...meta, owner: `${name}${meta.owner}`, id: name },
      ]);
      for (const [index, key] of keys.entries()) await blobs.put(key, chunks([index]), LIMIT);
      for (const [index, { owner, id }] of keys.entries()) {
        assert.deepEqual((await blobs.get(owner, id, NOW))?.bytes, Uint8Array.of(index));
        assert.equal(await blobs.delete(owner, id), true);
      }
    },
  ],
  [
    "B1: a blob put again has its later bytes and meta; deleted, it is not found",
    async (blobs, meta) => {
      const { owner, id } = meta;
      await blobs.put(meta, chunks([1, 1, 1]), LIMIT);
      await blobs.put({ ...meta, mediaType: "image/gif" }, chunks([2]), LIMIT);
      assert.deepEqual(await blobs.get(owner, id, NOW), { ...meta, mediaType: "image/gif", bytes: Uint8Array.of(2) });
      assert.equal(await blobs.delete(owner, id), true);
      assert.equal(await blobs.delete(owner, id), false);
      assert.equal(await blobs.get(owner, id, NOW), undefined);
    },
  ],
  [
    "B2: an upload of exactly the limit is stored whole, an empty one too",
    async (blobs, meta) => {
      const half = new Uint8Array(LIMIT / 2).fill(7);
      assert.equal(await blobs.put(meta, each(half, half), LIMIT), LIMIT);
      assert.equal((await blobs.get(meta.owner, meta.id, NOW))?.bytes.length, LIMIT);
      assert.equal(await blobs.put({ ...meta, id: "empty" }, each(), LIMIT), 0);
      assert.equal((await blobs.get(meta.owner, "empty", NOW))?.bytes.length, 0);
    },
  ],
  [
    "B2: an upload that passes its limit is payload_too_large, is read no further, and leaves nothing",
    async (blobs, meta) => {
      let read = 0;
      let stopped = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) {
            read += 10;
            yield new Uint8Array(10);
          }
        } finally {
          stopped = true;
        }
      }
      await assert.rejects(blobs.put(meta, endless(), 25), { code: "payload_too_large" });
      assert.deepEqual([read, stopped], [30, true]);
      assert.equal(await blobs.get(meta.owner, meta.id, NOW), undefined);
    },
  ],
  [
    "B2: an upload that is cut short leaves nothing, and the blob that was there stays",
    async (blobs, meta) => {
      async function* cut(): AsyncGenerator<Uint8Array> {
        yield Uint8Array.of(1, 2, 3);
        throw new Error("the client is gone");
      }
      await assert.rejects(blobs.put(meta, cut(), LIMIT), /the client is gone/);
      assert.equal(await blobs.get(meta.owner, meta.id, NOW), undefined);
      await blobs.put(meta, chunks([9]), LIMIT);
      await assert.rejects(blobs.put(meta, cut(), LIMIT), /the client is gone/);
      assert.deepEqual((await blobs.get(meta.owner, meta.id, NOW))?.bytes, Uint8Array.of(9));
    },
  ],
  [
    "B2: an upload is not found before it is whole",
    async (blobs, meta) => {
      let found: unknown = "not asked";
      async function* watched(): AsyncGenerator<Uint8Array> {
        yield Uint8Array.of(1);
        found = await blobs.get(meta.owner, meta.id, NOW);
        yield Uint8Array.of(2);
      }
      await blobs.put(meta, watched(), LIMIT);
      assert.equal(found, undefined);
      assert.equal((await blobs.get(meta.owner, meta.id, NOW))?.bytes.length, 2);
    },
  ],
  [
    "B3: after its time a blob is not found, swept or not; a sweep leaves the others",
    async (blobs, meta) => {
      const { owner, id } = meta;
      const later = { ...meta, id: "later", mediaType: "x".repeat(3000), expiresAt: NOW + 2000 };
      await blobs.put({ ...meta, expiresAt: NOW + 1000 }, chunks([1]), LIMIT);
      await blobs.put(later, chunks([2]), LIMIT);
      assert.equal((await blobs.get(owner, id, NOW + 999))?.bytes.length, 1);
      assert.equal(await blobs.get(owner, id, NOW + 1001), undefined);
      await blobs.sweep(NOW + 1001);
      assert.equal(await blobs.get(owner, id, NOW), undefined);
      assert.equal(await blobs.delete(owner, id), false);
      assert.deepEqual(await blobs.get(owner, "later", NOW + 1999), { ...later, bytes: Uint8Array.of(2) });
    },
  ],
];

async function* each(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

function chunks(...parts: readonly (readonly number[])[]): AsyncIterable<Uint8Array> {
  return each(...parts.map((part) => Uint8Array.from(part)));
}

/** A blob of an owner of its own, so that suites may share one back end. */
function metaOf(): BlobMeta {
  return { id: "photo", owner: `ann-${randomUUID()}`, mediaType: "image/png", expiresAt: NOW + 3_600_000 };
}
