import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Checkpointer } from "./checkpointer.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-checkpointer-"));
  path = join(folder, "test.db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Pages in the write-ahead log and, of them, those that stand in the file; asks without carrying any over. */
function log(database: DatabaseSync): { log: number; checkpointed: number } {
  return database.prepare("PRAGMA wal_checkpoint(NOOP)").get() as { log: number; checkpointed: number };
}

it("carries over what was written while the writer goes on, and says when a round is done", async () => {
  using writer = new DatabaseSync(path);
  writer.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (body TEXT)");
  const insert = writer.prepare("INSERT INTO t VALUES (?)");
  let told = Promise.withResolvers<void>();
  const checkpointer = new Checkpointer(path, () => told.resolve());
  for (let round = 0; round < 3; round += 1) {
    for (let row = 0; row < 200; row += 1) insert.run("x".repeat(1000));
    told = Promise.withResolvers();
    checkpointer.begin();
    checkpointer.begin();
    insert.run("meanwhile");
    await told.promise;
    expect(log(writer).checkpointed).toBeGreaterThan(40);
  }
  await checkpointer.close();
  expect(writer.prepare("SELECT count(*) AS rows FROM t").get()).toEqual({ rows: 603 });
});

it("where its thread cannot run, each round is left to the writer", async () => {
  let finished = 0;
  let told = Promise.withResolvers<void>();
  const checkpointer = new Checkpointer(join(folder, "no such folder", "test.db"), () => {
    finished += 1;
    told.resolve();
  });
  checkpointer.begin();
  await told.promise;
  told = Promise.withResolvers();
  checkpointer.begin();
  await told.promise;
  expect(finished).toBe(2);
  await checkpointer.close();
});

it("S1: where no thread may be started at all, everything is written all the same, and read after reopening", async () => {
  const script = `
    import { sqlite } from ${JSON.stringify(new URL("../sqlite.ts", import.meta.url).href)};
    const { store, close } = await sqlite(${JSON.stringify(path)});
    const text = JSON.stringify({ type: "text-delta", text: "x".repeat(50_000) });
    await store.open({ streamId: "s", app: "a", route: "r", owner: "", scope: "c", retentionMs: 1e6, createdAt: 1 }, '{"type":"start"}');
    for (let seq = 1; seq <= 200; seq += 1) {
      const [{ outcome, error }] = await store.append([{ streamId: "s", epoch: 1, seq, at: seq, events: [text] }]);
      if (outcome !== "stored") throw new Error(outcome, { cause: error });
    }
    console.log((await store.head("s")).seq);
    await close();`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--permission", "--allow-fs-read=*", "--allow-fs-write=*", "--input-type=module-typescript", "--eval", script],
    { cwd: import.meta.dirname },
  );
  expect(stdout.trim()).toBe("200");
});

it("says nothing after it was closed", async () => {
  new DatabaseSync(path).close();
  const checkpointer = new Checkpointer(path, () => expect.unreachable());
  checkpointer.begin();
  await checkpointer.close();
  checkpointer.begin();
});
