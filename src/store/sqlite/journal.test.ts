import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Store } from "../../store.ts";
import { delta, readAll, START, Writer } from "../../testing/conformance/store/fixture.ts";
import { storeOver } from "../sqlite.ts";
import { callerOf } from "./caller.ts";
import { openEngines, type Engines } from "./engines.ts";

let folder: string;
let engines: Engines;
let store: Store;

function open(): void {
  engines = openEngines(join(folder, "test.db"), "process");
  store = storeOver(callerOf(engines.store), async () => engines.database.close());
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-journal-"));
  open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

function count(sql: string): number {
  return Object.values(engines.database.prepare(sql).get()!)[0] as number;
}
const journalBytes = (): number => count("SELECT coalesce(sum(length(body)), 0) FROM journal");

it("one append call makes one journal row, whatever streams are in it", async () => {
  const writers = await Promise.all(Array.from({ length: 20 }, () => Writer.open(store)));
  const before = count("SELECT count(*) FROM journal");
  await store.append(writers.map((writer) => writer.draft("a", "b")));
  expect(count("SELECT count(*) FROM journal")).toBe(before + 1);
});

it("a stream that ends is one segment, written once, and the journal is cut when nothing runs", async () => {
  const [first, second] = [await Writer.open(store), await Writer.open(store)];
  for (let index = 0; index < 10; index += 1) {
    await first.write(`${index}`);
    await second.write(`${index}`);
  }
  await first.end();
  expect(count("SELECT count(*) FROM segments")).toBe(1);
  expect(journalBytes()).toBeGreaterThan(0);
  await second.end();
  expect(count("SELECT count(*) FROM segments")).toBe(2);
  expect(journalBytes()).toBe(0);
});

it("the journal stays short behind streams that come and go, and behind one that is quiet all the time", async () => {
  const quiet = await Writer.open(store);
  await quiet.write("once");
  const text = "x".repeat(500_000);
  let longest = 0;
  for (let index = 0; index < 200; index += 1) {
    const busy = await Writer.open(store);
    await busy.write(text);
    await busy.end();
    longest = Math.max(longest, journalBytes());
  }
  expect(longest).toBeGreaterThan(8_000_000);
  expect(longest).toBeLessThan(48_000_000);
  expect(await readAll(store, quiet.streamId)).toEqual([START, delta("once")]);
  await quiet.write("twice");
  await store.close();
  open();
  expect(await readAll(store, quiet.streamId)).toEqual(quiet.acknowledged);
  expect((await engines.store.abandoned()).map(({ streamId }) => streamId)).toEqual([quiet.streamId]);
});

it("S2: a stream that was partly archived is whole after reopening, at each step of its life", async () => {
  const writer = await Writer.open(store);
  const streamId = writer.streamId;
  for (let round = 0; round < 6; round += 1) {
    for (let index = 0; index < 7; index += 1) await writer.send(writer.draft("y".repeat(30_000), `${round}.${index}`));
    await store.close();
    open();
    Object.assign(writer, { store });
    expect(await readAll(store, streamId, 50_000)).toEqual(writer.acknowledged);
  }
  expect(count("SELECT count(*) FROM segments")).toBeGreaterThan(1);
  await writer.end();
  expect(await readAll(store, streamId, 50_000)).toEqual(writer.acknowledged);
});

it("S7: a stream whose segment is missing is stream_gone, never a part for the whole", async () => {
  const writer = await Writer.open(store);
  for (let index = 0; index < 30; index += 1) await writer.write("z".repeat(30_000));
  await writer.end();
  engines.database.exec("DELETE FROM segments WHERE first = 0");
  await expect(store.read(writer.streamId, undefined, 1000)).rejects.toMatchObject({ code: "stream_gone" });
});
