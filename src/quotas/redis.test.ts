import { setTimeout as pass } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, describe, expect, it } from "vitest";
import { type LogFields, silentLogger } from "../logger.ts";
import type { Rate, Room } from "../quotas.ts";
import { describeQuotas } from "../testing/conformance/quotas.ts";
import { RedisServer } from "../../test/support/redis-server.ts";
import { redisQuotas } from "./redis.ts";

const server = await RedisServer.start();
const clients: Redis[] = [];

async function connect(port: number): Promise<Redis> {
  const redis = new Redis({ port, enableAutoPipelining: true, lazyConnect: true });
  redis.on("error", () => {});
  clients.push(redis);
  await redis.connect();
  return redis;
}

afterAll(async () => {
  for (const client of clients) client.disconnect();
  await server[Symbol.asyncDispose]();
});

const open = async (): Promise<ReturnType<typeof redisQuotas>> => redisQuotas({ redis: await connect(server.port) });

describeQuotas({ describe, it }, { name: "redis", open, other: open, pass: (ms) => pass(ms) });

const ROOM: Room = { name: "runs", most: 1, keepMs: 600_000 };
const RATE: Rate = { name: "messages", points: 2, windowMs: 600_000 };

describe("redis quotas where Redis is gone", () => {
  it("Q8: nothing rejects, places are given, points are counted in this process, and one line is logged", async () => {
    await using own = await RedisServer.start();
    const lines: LogFields[] = [];
    const logger = { ...silentLogger, warn: (fields: LogFields) => void lines.push(fields) };
    const redis = await connect(own.port);
    const quotas = redisQuotas({ redis, logger });
    await quotas.hold(ROOM, "app", "ann");
    const gone = new Promise((resolve) => redis.once("close", resolve));
    await own.kill();
    await gone;
    expect(await quotas.hold(ROOM, "app", "bob")).toEqual({ held: true });
    await quotas.renew(ROOM, "app", ["ann"]);
    await quotas.free(ROOM, "app", "ann");
    expect(lines).toHaveLength(1);
    expect(await quotas.spend(RATE, "app")).toBe(0);
    await quotas.charge(RATE, "app", 1);
    expect(await quotas.spend(RATE, "app")).toBeGreaterThan(0);
  });

  it("Q8: a Redis that does not answer is not waited for", async () => {
    await using own = await RedisServer.start();
    const redis = await connect(own.port);
    const quotas = redisQuotas({ redis, patienceMs: 50 });
    const control = await connect(own.port);
    await control.client("PAUSE", 600_000, "ALL");
    expect(await quotas.hold(ROOM, "app", "bob")).toEqual({ held: true });
    expect(await quotas.spend(RATE, "app")).toBe(0);
    await quotas.charge(RATE, "app", 1);
    expect(await quotas.exhausted(RATE, "app")).toBe(0);
  });
});
