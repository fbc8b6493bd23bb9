import { beforeEach, describe, expect, it } from "vitest";
import { useRedis } from "../../test/support/use-redis.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { RedisRecords } from "./redis.ts";

const client = useRedis();

const open = async (): Promise<RedisRecords> => new RedisRecords(client(), "sluice:");

describeRecords({ describe, it }, { name: "redis", open, reopen: open });

describe("documents in Redis", () => {
  const key = { collection: "c", owner: "ann", id: "once" };
  beforeEach(async () => void (await client().flushall()));
  /** How many places the sorted set of this name has. */
  const lists = async (name: string): Promise<number> => {
    const [set] = await client().keys(`sluice:{records:*${name}`);
    return set === undefined ? 0 : client().zcard(set);
  };

  it("R5: one whose time has passed is removed by Redis, and leaves the list when that is read", async () => {
    const records = await open();
    await records.put(key, { turn: 1 }, { now: 1000, expiresAt: 1001 });
    while ((await records.get(key)) !== undefined);
    expect(await records.list({ ...key, limit: 10 })).toEqual({ items: [] });
    expect(await client().keys("sluice:{records:*")).toEqual([]);
  });

  it("R4: one that is put anew after its time is listed once, at its new place", async () => {
    const records = await open();
    await records.put(key, { turn: 1 }, { now: 1000, expiresAt: 1001 });
    await records.put({ ...key, id: "between" }, {}, { now: 1500 });
    while ((await records.get(key)) !== undefined);
    const anew = await records.put(key, { turn: 2 }, { now: 2000 });
    const { items } = await records.list({ ...key, limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["once", "between"]);
    expect(items[0]).toEqual(anew);
  });

  it("R4: one put anew is listed once also while its old place waits behind many others that have expired", async () => {
    const records = await open();
    const ids = Array.from({ length: 150 }, (_, index) => `a${String(index)}`);
    const short = { now: 1000, expiresAt: 1300 };
    const stays = await records.put({ ...key, id: "stays" }, {}, { now: 500 });
    await Promise.all(ids.map((id) => records.put({ ...key, id }, {}, short)));
    await records.put(key, {}, short);
    while ((await records.get(key)) !== undefined);
    const anew = await records.put(key, {}, { now: 2000 });
    expect((await records.list({ ...key, limit: 10 })).items).toEqual([anew, stays]);
  });

  it("R5: a page is full although others of its list have expired, and they leave the list", async () => {
    const records = await open();
    for (const id of ["a", "b"]) await records.put({ ...key, id }, {}, { now: 1000 });
    for (const id of ["x", "y", "z"]) await records.put({ ...key, id }, {}, { now: 2000, expiresAt: 2001 });
    while ((await records.get({ ...key, id: "z" })) !== undefined);
    const page = await records.list({ ...key, limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual(["b", "a"]);
    expect(page.nextCursor).toBeUndefined();
    expect(await lists("list")).toBe(2);
    expect(await lists("due")).toBe(0);
  });

  it("R5: what has expired leaves a list that nobody reads with the next put", async () => {
    const records = await open();
    await records.put({ ...key, id: "stays" }, {}, { now: 1000 });
    for (let turn = 1; turn <= 5; turn += 1) {
      const mark = { ...key, id: `mark-${turn}` };
      await records.put(mark, {}, { now: 1000 + turn, expiresAt: 1001 + turn });
      while ((await records.get(mark)) !== undefined);
    }
    await records.put({ ...key, id: "next" }, {}, { now: 2000 });
    expect(await lists("list")).toBe(2);
  });

  it("R5: a list of nothing but what expires ends with the last of it; one with anything else stays", async () => {
    const records = await open();
    const keptMs = async (): Promise<number> => client().pttl((await client().keys("sluice:{records:*list"))[0]!);
    await records.put(key, {}, { now: 1000, expiresAt: 61_000 });
    await records.put({ ...key, id: "sooner" }, {}, { now: 1000, expiresAt: 2000 });
    expect(await keptMs()).toBeGreaterThan(30_000);
    await records.put({ ...key, id: "stays" }, {}, { now: 1000 });
    expect(await keptMs()).toBe(-1);
    await records.delete({ ...key, id: "stays" });
    expect(await keptMs()).toBeGreaterThan(30_000);
  });

  it("R5: one that is put again without a time stays", async () => {
    const records = await open();
    await records.put(key, { turn: 1 }, { now: 1000, expiresAt: 61_000 });
    await records.put(key, { turn: 2 }, { now: 2000 });
    const [name] = await client().keys("sluice:{records:*document*");
    expect(await client().pttl(name!)).toBe(-1);
  });

  it("the keys of one owner's collection share a hash slot", async () => {
    const records = await open();
    await records.put(key, {}, { now: 1, expiresAt: 60_000 });
    const slots = (await client().keys("sluice:{records:*")).map((name) => /\{.*\}/.exec(name)![0]);
    expect(slots).toHaveLength(3);
    expect(new Set(slots).size).toBe(1);
  });
});
