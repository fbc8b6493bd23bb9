import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { diskBlobs } from "../blobs/disk.ts";
import type { Store } from "../store.ts";
import { describeBlobs } from "../testing/conformance/blobs.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { describeStore } from "../testing/conformance/store.ts";
import { describeStoreAgreement } from "../testing/conformance/store-agreement.ts";
import { memoryStore } from "./memory.ts";
import { sqlite, sqliteStore } from "./sqlite.ts";

const runner = { describe, it };
let folder: string;
let files = 0;
const paths = new WeakMap<object, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-sqlite-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Opens in a new place, or reopens in the former one. */
async function placed<Opened extends { close(): Promise<void> }>(
  open: (path: string) => Promise<Opened>,
  former?: Opened,
): Promise<Opened> {
  await former?.close();
  const path = former === undefined ? join(folder, `${(files += 1)}`, "test.db") : paths.get(former)!;
  const opened = await open(path);
  paths.set(opened, path);
  return opened;
}

for (const durability of ["process", "disk"] as const) {
  const openStore = (path: string): ReturnType<typeof sqliteStore> => sqliteStore(path, { durability });
  const openRecords = async (path: string) => (await sqlite(path, { durability })).records;
  const name = `sqlite (${durability})`;
  const suite = { name, open: () => placed(openStore), reopen: (store: Store) => placed(openStore, store) };
  describeStore(runner, suite);
  describeStoreAgreement(runner, fc, { ...suite, model: memoryStore, runs: durability === "disk" ? 30 : 100 });
  describeRecords(runner, { name, open: () => placed(openRecords), reopen: (records) => placed(openRecords, records) });
}
describeBlobs(runner, { name: "disk", open: () => placed(diskBlobs), reopen: (blobs) => placed(diskBlobs, blobs) });
