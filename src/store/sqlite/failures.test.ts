import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../store.ts";
import { newStream, readAll, START, Writer } from "../../testing/conformance/store/fixture.ts";
import { sqliteStore, storeOver } from "../sqlite.ts";
import { callerOf } from "./caller.ts";
import { openEngines } from "./engines.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-failures-"));
  path = join(folder, "test.db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const STORED = { outcome: "stored", cancel: false } as const;

/** Does everything that writes, which must all fail for `reason`, and compares before and after. */
async function expectFailing(store: Store, writer: Writer, other: Writer, reason: RegExp): Promise<void> {
  const heads = async (): Promise<unknown> => [await store.head(writer.streamId), await store.head(other.streamId)];
  const before = await heads();
  const zombie = { ...other.draft("zombie"), epoch: 9 };
  const ending = { ...other.draft("x".repeat(500_000)), end: "complete" } as const;
  const outcomes = await store.append([writer.draft("y".repeat(500_000)), zombie, ending]);
  for (const outcome of [outcomes[0], outcomes[2]]) {
    expect(outcome).toMatchObject({ outcome: "failed", error: { message: expect.stringMatching(reason) } });
  }
  // Where the whole group shares one transaction, what would be fenced may fail with it.
  expect(outcomes[1]!.outcome).not.toBe("stored");
  await expect(store.open(newStream(), `{"type":"start","echo":"${"z".repeat(500_000)}"}`)).rejects.toThrow(reason);
  expect(await heads()).toEqual(before);
  for (const { streamId, acknowledged } of [writer, other]) {
    expect(await readAll(store, streamId)).toEqual(acknowledged);
  }
}

async function expectWorking(store: Store, writer: Writer, other: Writer): Promise<void> {
  expect(await store.append([])).toEqual([]);
  expect(await writer.write("after the trouble")).toEqual(STORED);
  expect(await other.end()).toEqual(STORED);
  expect((await store.open(newStream(), START)).created).toBe(true);
  for (const { streamId, acknowledged } of [writer, other]) {
    expect(await readAll(store, streamId)).toEqual(acknowledged);
  }
}

async function expectKept(writers: readonly Writer[]): Promise<void> {
  const store = await sqliteStore(path);
  for (const { streamId, acknowledged } of writers) expect(await readAll(store, streamId)).toEqual(acknowledged);
  await store.close();
}

it("S1: on a full disk every write fails with the reason and leaves nothing; when there is room again it goes on", async () => {
  const { database, store: engine } = openEngines(path, "process");
  const store = storeOver(callerOf(engine), async () => database.close());
  const [writer, other] = [await Writer.open(store), await Writer.open(store)];
  await writer.write("before");
  const { page_count: pages } = database.prepare("PRAGMA page_count").get() as { page_count: number };
  database.exec(`PRAGMA max_page_count = ${pages}`);
  for (let round = 0; round < 3; round += 1) {
    await expectFailing(store, writer, other, /could not be written: database or disk is full/);
  }
  database.exec("PRAGMA max_page_count = 1000000");
  await expectWorking(store, writer, other);
  await store.close();
  await expectKept([writer, other]);
});

describe.each(["process", "disk"] as const)("durability %s", (durability) => {
  it("S1: while another program locks the file every write fails, reads go on, and then it goes on", async () => {
    const store = await sqliteStore(path, { durability });
    const [writer, other] = [await Writer.open(store), await Writer.open(store)];
    await writer.write("before");
    const raw = new DatabaseSync(path);
    for (let round = 0; round < 3; round += 1) {
      raw.exec("BEGIN IMMEDIATE");
      await expectFailing(store, writer, other, /could not be written: database is locked/);
      for (const call of [
        store.check(),
        store.requestCancel(writer.streamId),
        store.takeover(writer.streamId, 1),
        store.rememberCancel("scope", "r", 1),
        store.sweep(1, 1),
      ]) {
        await expect(call).rejects.toThrow(/database is locked/);
      }
      const head = await store.head(writer.streamId);
      expect([head?.cancelRequested, head?.epochs]).toEqual([false, [0]]);
      raw.exec("ROLLBACK");
      expect(await writer.write(`round ${round}`)).toEqual(STORED);
    }
    raw.close();
    await expectWorking(store, writer, other);
    await store.close();
    await expectKept([writer, other]);
  });
});

it("S1: a group of calls that is rolled back in the writer thread leaves none of them, and all are told", async () => {
  const store = await sqliteStore(path, { durability: "disk" });
  const writer = await Writer.open(store);
  const raw = new DatabaseSync(path);
  raw.exec("BEGIN IMMEDIATE");
  const settled = await Promise.allSettled([
    store.append([writer.draft("a")]),
    store.open(newStream(), START),
    store.takeover(writer.streamId, 1),
    store.head(writer.streamId),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  raw.exec("ROLLBACK");
  raw.close();
  expect((await store.head(writer.streamId))?.epochs).toEqual([0]);
  expect(await writer.write("a")).toEqual(STORED);
  await store.close();
});

it("S6: in the writer thread a refused call leaves the others of its group as they are", async () => {
  const store = await sqliteStore(path, { durability: "disk" });
  const writer = await Writer.open(store);
  const settled = await Promise.allSettled([
    writer.write("a"),
    store.erase(writer.streamId, 1),
    store.open(newStream(), START),
    writer.store.append([{ ...writer.draft("b"), seq: 2 }]),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(settled[1]).toMatchObject({ reason: { code: "conflict" } });
  expect((await store.head(writer.streamId))?.seq).toBe(2);
  await store.close();
});
