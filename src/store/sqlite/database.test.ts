import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { memoryStore } from "../memory.ts";
import { sqlite } from "../sqlite.ts";
import { Writer } from "../../testing/conformance/store/fixture.ts";
import { Database } from "./database.ts";
import { MIGRATIONS } from "./schema.ts";

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-database-"));
  path = join(folder, "test.db");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each(["process", "disk"] as const)(
  "a second opener of a file that is held gets a clear error at once, until it is closed (%s)",
  async (durability) => {
    const first = await sqlite(path, { durability });
    for (const second of ["process", "disk"] as const) {
      await expect(sqlite(path, { durability: second })).rejects.toThrow(`"${path}" is in use by another process`);
    }
    await first.close();
    await (await sqlite(path, { durability })).close();
  },
);

it("streams, documents and uploads of one path are kept together, in folders that it makes", async () => {
  const deep = join(folder, "a", "b", "sluice.db");
  const key = { collection: "cards", owner: "ann", id: "1" };
  const meta = { owner: "ann", id: "1", mediaType: "image/png", expiresAt: 10 };
  const backend = await sqlite(deep);
  const writer = await Writer.open(backend.store);
  await backend.records.put(key, { name: "card" }, { now: 1 });
  await backend.blobs.put(
    meta,
    (async function* () {
      yield Uint8Array.of(1);
    })(),
    10,
  );
  await backend.close();
  const again = await sqlite(deep);
  expect((await again.store.head(writer.streamId))?.seq).toBe(0);
  expect((await again.records.get(key))?.value).toEqual({ name: "card" });
  expect((await again.blobs.get("ann", "1", 1))?.bytes).toEqual(Uint8Array.of(1));
  await again.close();
});

it("a closed store rejects, and closes once", async () => {
  for (const durability of ["process", "disk"] as const) {
    const { store, close } = await sqlite(join(folder, durability, "test.db"), { durability });
    await close();
    await close();
    await expect(store.check()).rejects.toThrow();
    await expect(store.rememberCancel("scope", "r", 1)).rejects.toThrow();
  }
  await memoryStore().close();
});

it("a file of an older schema is brought to the present one, what it holds is kept", () => {
  const [first, second] = ["CREATE TABLE notes (text TEXT)", "ALTER TABLE notes ADD COLUMN stars INTEGER DEFAULT 5"];
  const older = new Database(path, "process", [first!]);
  older.exec("INSERT INTO notes VALUES ('kept')");
  older.close();
  const newer = new Database(path, "process", [first!, second!]);
  expect({ ...newer.prepare("SELECT * FROM notes").get() }).toEqual({ text: "kept", stars: 5 });
  expect(newer.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 2 });
  newer.close();
});

it("R5: a file of the first schema keeps its documents, and loses the tickets that had no end", async () => {
  const first = new Database(path, "process", MIGRATIONS.slice(0, 1));
  for (const collection of ["cards", "tickets"]) {
    first.exec(`INSERT INTO records VALUES ('${collection}', 'ann', '1', 1, 10, '{"of":"before"}')`);
  }
  first.close();
  const { records, close } = await sqlite(path);
  const found = (collection: string): Promise<unknown> => records.get({ collection, owner: "ann", id: "1" });
  expect(await found("cards")).toEqual({ id: "1", version: 1, createdAt: 10, value: { of: "before" } });
  expect(await found("tickets")).toBeUndefined();
  await close();
});

it("a step of a migration that fails leaves the file as it was", () => {
  const first = "CREATE TABLE notes (text TEXT)";
  new Database(path, "process", [first]).close();
  const broken = [first, "CREATE TABLE half (x); CREATE TABLE notes (y)"];
  expect(() => new Database(path, "process", broken)).toThrow(`"${path}" could not be opened`);
  const raw = new DatabaseSync(path);
  expect(
    raw
      .prepare("SELECT name FROM sqlite_schema")
      .all()
      .map(({ name }) => name),
  ).toEqual(["notes"]);
  expect(raw.prepare("PRAGMA user_version").get()).toMatchObject({ user_version: 1 });
  raw.close();
});

it("a file that a newer release wrote is refused with a clear error, and left as it is", async () => {
  await (await sqlite(path)).close();
  const raw = new DatabaseSync(path);
  raw.exec("PRAGMA user_version = 99");
  for (const durability of ["process", "disk"] as const) {
    await expect(sqlite(path, { durability })).rejects.toThrow(
      `schema version 99, this release knows ${MIGRATIONS.length} at most`,
    );
  }
  raw.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  raw.close();
  await (await sqlite(path)).close();
});

it("a file that is no database is refused", async () => {
  const { writeFile } = await import("node:fs/promises");
  await writeFile(path, "This is a diary, and has been one for many pages.".repeat(100));
  await expect(sqlite(path)).rejects.toThrow(`"${path}" could not be opened: file is not a database`);
});
