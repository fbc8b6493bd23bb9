import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Backend } from "../backend.ts";
import type { Records } from "../records.ts";
import { memory } from "../store/memory.ts";
import { sqlite } from "../store/sqlite.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-expiry-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const key = (id: string): { collection: string; owner: string; id: string } => ({ collection: "c", owner: "ann", id });

async function idsOf(records: Records): Promise<readonly string[]> {
  const { items } = await records.list({ collection: "c", owner: "ann", limit: 1000 });
  return items.map(({ id }) => id).sort();
}

const BACKENDS: readonly (readonly [string, () => Promise<Backend>])[] = [
  ["memory", async () => memory()],
  ["sqlite (process)", () => sqlite(join(folder, "process.db"))],
  ["sqlite (disk)", () => sqlite(join(folder, "disk.db"), { durability: "disk" })],
];

describe.each(BACKENDS)("documents that expire: %s", (_name, open) => {
  it("R5: a sweep removes those whose time has passed, however many, and no other", async () => {
    const { store, records, close } = await open();
    for (let index = 0; index < 250; index += 1)
      await records.put(key(`old-${index}`), {}, { now: 1, expiresAt: 1000 });
    await records.put(key("later"), {}, { now: 1, expiresAt: 1001 });
    await records.put(key("kept"), {}, { now: 1 });
    await records.put(key("once"), {}, { now: 1, expiresAt: 1000 });
    await records.put(key("once"), {}, { now: 2 });
    await store.sweep(999, 1);
    expect(await idsOf(records)).toHaveLength(253);
    await store.sweep(1000, 1);
    expect(await idsOf(records)).toEqual(["kept", "later", "once"]);
    await close();
  });
});

it.each(["process", "disk"] as const)(
  "R5: what expired while the file was closed is gone when it is opened (%s)",
  async (durability) => {
    const path = join(folder, `${durability}-closed.db`);
    const first = await sqlite(path, { durability });
    const now = Date.now();
    await first.records.put(key("old"), {}, { now: now - 2, expiresAt: now - 1 });
    await first.records.put(key("kept"), {}, { now, expiresAt: now + 3_600_000 });
    await first.close();
    const again = await sqlite(path, { durability });
    expect(await idsOf(again.records)).toEqual(["kept"]);
    await again.close();
  },
);
