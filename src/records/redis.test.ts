import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RedisServer } from "../../test/support/redis-server.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { RedisRecords } from "./redis.ts";

let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  client = new Redis(server.url);
});
afterAll(async () => {
  client.disconnect();
  await server[Symbol.asyncDispose]();
});

const open = async (): Promise<RedisRecords> => new RedisRecords(client, "sluice:");

describeRecords({ describe, it }, { name: "redis", open, reopen: open });

describe("documents in Redis", () => {
  const key = { collection: "c", owner: "ann", id: "once" };
  beforeEach(async () => void (await client.flushall()));

  it("R5: one whose time has passed is removed by Redis, and leaves the list when that is read", async () => {
    const records = await open();
    await records.put(key, { turn: 1 }, { now: 1000, expiresAt: 1001 });
    while ((await records.get(key)) !== undefined);
    expect(await records.list({ ...key, limit: 10 })).toEqual({ items: [] });
    expect(await client.keys("sluice:{records:*")).toEqual([]);
  });

  it("R5: one that is put again without a time stays", async () => {
    const records = await open();
    await records.put(key, { turn: 1 }, { now: 1000, expiresAt: 61_000 });
    await records.put(key, { turn: 2 }, { now: 2000 });
    const [name] = await client.keys("sluice:{records:*document*");
    expect(await client.pttl(name!)).toBe(-1);
  });

  it("the keys of one owner's collection share a hash slot", async () => {
    const records = await open();
    await records.put(key, {}, { now: 1 });
    const slots = (await client.keys("sluice:{records:*")).map((name) => /\{.*\}/.exec(name)![0]);
    expect(slots).toHaveLength(2);
    expect(new Set(slots).size).toBe(1);
  });
});
