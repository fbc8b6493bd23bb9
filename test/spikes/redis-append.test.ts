import { Cluster, Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { RedisServer } from "../support/redis-server.ts";
import { keysOf, redisLog, type RedisLog } from "./redis-append.ts";

const STORED = { outcome: "stored", cancel: false };
const FENCED = { outcome: "fenced" };
let streams = 0;

/** A stream whose first writer has stored the events 0 to 3. */
async function stream(redis: Redis | Cluster): Promise<{ id: string; log: RedisLog }> {
  const id = `stream-${(streams += 1)}`;
  const log = redisLog(redis, id);
  await log.open("start", 1);
  expect(await log.append({ epoch: 1, seq: 1, at: 2, events: ["a", "b", "c"] })).toEqual(STORED);
  return { id, log };
}

async function shown(log: RedisLog, after?: { epoch: number; seq: number }): Promise<string[] | undefined> {
  return (await log.read(after))?.map(({ epoch, seq, json }) => `${epoch}-${seq} ${json}`);
}

describe("an append on Redis", () => {
  let server: RedisServer;
  let redis: Redis;
  beforeAll(async () => {
    server = await RedisServer.start();
    redis = new Redis(server.url);
  });
  afterAll(async () => {
    redis.disconnect();
    await server[Symbol.asyncDispose]();
  });

  test("S7: the entry ids are the offsets, and a read after one gives what follows across epochs", async () => {
    const { log } = await stream(redis);
    expect(await log.takeover(1)).toEqual({ epoch: 2, seq: 4 });
    expect(await log.append({ epoch: 2, seq: 4, at: 3, events: ["d", "e"] })).toEqual(STORED);
    expect(await shown(log)).toEqual(["1-0 start", "1-1 a", "1-2 b", "1-3 c", "2-4 d", "2-5 e"]);
    expect(await shown(log, { epoch: 1, seq: 2 })).toEqual(["1-3 c", "2-4 d", "2-5 e"]);
    expect(await shown(log, { epoch: 1, seq: 3 })).toEqual(["2-4 d", "2-5 e"]);
    expect(await shown(log, { epoch: 2, seq: 4 })).toEqual(["2-5 e"]);
    expect(await shown(log, { epoch: 2, seq: 5 })).toEqual([]);
  });

  test("S7: ids order by number, epoch first, up to the largest that an offset can write", async () => {
    const { log } = keysOf("order");
    const ids = ["1-0", "1-9", "1-10", "2-10", "10-11", `${10 ** 9 - 1}-${10 ** 15 - 1}`];
    for (const id of ids) await redis.xadd(log, id, "json", id);
    expect((await redis.xrange(log, "-", "+")).map(([id]) => id)).toEqual(ids);
    await expect(redis.xadd(log, "10-10", "json", "late")).rejects.toThrow("equal or smaller");
  });

  test("S3: an append whose seq is not the next leaves nothing", async () => {
    const { log } = await stream(redis);
    expect(await log.append({ epoch: 1, seq: 5, at: 3, events: ["hole"] })).toEqual(FENCED);
    expect(await log.append({ epoch: 1, seq: 3, at: 3, events: ["other"] })).toEqual(FENCED);
    expect(await shown(log, { epoch: 1, seq: 3 })).toEqual([]);
  });

  test("S3, S11: after a takeover the former writer leaves nothing, before and after the new one's first event", async () => {
    const { log } = await stream(redis);
    await log.takeover(1);
    expect(await log.append({ epoch: 1, seq: 4, at: 3, events: ["zombie"] })).toEqual(FENCED);
    expect(await log.append({ epoch: 2, seq: 4, at: 4, events: ["d"] })).toEqual(STORED);
    expect(await log.append({ epoch: 1, seq: 4, at: 5, events: ["d"] })).toEqual(FENCED);
    expect(await log.append({ epoch: 1, seq: 5, at: 5, events: ["zombie"] })).toEqual(FENCED);
    expect(await shown(log, { epoch: 1, seq: 3 })).toEqual(["2-4 d"]);
  });

  test("S11: of two takeovers from the same epoch one wins, and the head says where each epoch began", async () => {
    const { log } = await stream(redis);
    const won = await Promise.all([log.takeover(1), log.takeover(1)]);
    expect(won).toEqual([{ epoch: 2, seq: 4 }, undefined]);
    expect(await log.takeover(2)).toEqual({ epoch: 3, seq: 4 });
    expect(await log.append({ epoch: 3, seq: 4, at: 3, events: ["d"] })).toEqual(STORED);
    expect(await log.head()).toEqual({ epochs: [0, 4, 4], seq: 4, state: "running" });
    expect(await shown(log, { epoch: 1, seq: 2 })).toEqual(["1-3 c", "3-4 d"]);
  });

  test("S5: the same append again is stored once, another one at its place is fenced", async () => {
    const { log } = await stream(redis);
    expect(await log.append({ epoch: 1, seq: 1, at: 9, events: ["a", "b", "c"] })).toEqual(STORED);
    expect(await log.append({ epoch: 1, seq: 1, at: 9, events: ["a", "b", "x"] })).toEqual(FENCED);
    expect(await shown(log)).toEqual(["1-0 start", "1-1 a", "1-2 b", "1-3 c"]);
  });

  test("S4, S5: after the terminal event no append and no takeover counts, except the same end again", async () => {
    const { log } = await stream(redis);
    const end = { epoch: 1, seq: 4, at: 3, events: ["done"], end: "complete" };
    expect(await log.append(end)).toEqual(STORED);
    expect(await log.append(end)).toEqual(STORED);
    expect(await log.append({ epoch: 1, seq: 5, at: 3, events: ["more"] })).toEqual(FENCED);
    expect(await log.append({ ...end, end: "error" })).toEqual(FENCED);
    expect(await log.takeover(1)).toBeUndefined();
    expect(await log.head()).toEqual({ epochs: [0], seq: 4, state: "complete" });
  });

  test("law 6: a cancel comes with the answer to the next append", async () => {
    const { log } = await stream(redis);
    expect(await log.requestCancel()).toBe(true);
    const append = { epoch: 1, seq: 4, at: 3, events: ["d"] };
    expect(await log.append(append)).toEqual({ outcome: "stored", cancel: true });
    expect(await log.append(append)).toEqual({ outcome: "stored", cancel: true });
    await log.append({ epoch: 1, seq: 5, at: 4, events: ["cancelled"], end: "cancelled" });
    expect(await log.requestCancel()).toBe(false);
  });

  test("S3, S7: a log that was cut or deleted takes no append, and no part of it passes for the whole", async () => {
    const { id, log } = await stream(redis);
    await redis.xtrim(keysOf(id).log, "MAXLEN", 2);
    expect(await shown(log)).toBeUndefined();
    expect(await shown(log, { epoch: 1, seq: 1 })).toBeUndefined();
    expect(await shown(log, { epoch: 1, seq: 2 })).toEqual(["1-3 c"]);
    await redis.del(keysOf(id).log);
    expect(await log.append({ epoch: 1, seq: 4, at: 3, events: ["d"] })).toEqual(FENCED);
    expect(await log.takeover(1)).toBeUndefined();
    expect(await shown(log, { epoch: 1, seq: 3 })).toBeUndefined();
  });

  test("law 4: a tail that was lost and written anew is told to whoever saw the old one", async () => {
    const { id, log } = await stream(redis);
    const copy = await redis.dumpBuffer(keysOf(id).log);
    await log.append({ epoch: 1, seq: 4, at: 3, events: ["lost", "lost"] });
    await redis.restore(keysOf(id).log, 0, copy, "REPLACE");

    expect(await log.append({ epoch: 1, seq: 6, at: 4, events: ["d"] })).toEqual(FENCED);
    expect(await shown(log, { epoch: 1, seq: 5 })).toBeUndefined();
    expect(await log.takeover(1)).toEqual({ epoch: 2, seq: 4 });
    await log.append({ epoch: 2, seq: 4, at: 5, events: ["p", "q", "r"] });
    expect(await shown(log, { epoch: 1, seq: 5 })).toBeUndefined();
    expect(await shown(log, { epoch: 1, seq: 3 })).toEqual(["2-4 p", "2-5 q", "2-6 r"]);
  });
});

test("law 4: a server that comes back with an older state refuses the writer, whose takeover opens an epoch", async () => {
  await using server = await RedisServer.start();
  const redis = new Redis(server.url, { retryStrategy: () => 10 });
  try {
    redis.on("error", () => {});
    const { log } = await stream(redis);
    await redis.save();
    expect(await log.append({ epoch: 1, seq: 4, at: 3, events: ["lost"] })).toEqual(STORED);
    await server.kill();
    await server.start();

    expect(await log.append({ epoch: 1, seq: 5, at: 4, events: ["next"] })).toEqual(FENCED);
    expect(await log.head()).toEqual({ epochs: [0], seq: 3, state: "running" });
    expect(await log.takeover(1)).toEqual({ epoch: 2, seq: 4 });
    const end = { epoch: 2, seq: 4, at: 5, events: ["interrupted"], end: "error" };
    expect(await log.append(end)).toEqual(STORED);
    expect(await shown(log, { epoch: 1, seq: 4 })).toBeUndefined();
    expect(await shown(log, { epoch: 1, seq: 3 })).toEqual(["2-4 interrupted"]);
  } finally {
    redis.disconnect();
  }
});

test("law 4: a takeover that was lost leaves its writer refused, and its offsets are not continued", async () => {
  await using server = await RedisServer.start();
  const redis = new Redis(server.url);
  try {
    const { id, log } = await stream(redis);
    const { head: headKey, log: logKey } = keysOf(id);
    const [head, entries] = await Promise.all([redis.dumpBuffer(headKey), redis.dumpBuffer(logKey)]);
    await log.takeover(1);
    await log.append({ epoch: 2, seq: 4, at: 3, events: ["lost"] });
    await redis.restore(headKey, 0, head, "REPLACE");
    await redis.restore(logKey, 0, entries, "REPLACE");

    expect(await log.append({ epoch: 2, seq: 5, at: 4, events: ["next"] })).toEqual(FENCED);
    expect(await log.append({ epoch: 1, seq: 4, at: 4, events: ["d"] })).toEqual(STORED);
    expect(await shown(log, { epoch: 2, seq: 4 })).toBeUndefined();
  } finally {
    redis.disconnect();
  }
});

test("the keys of a stream live on one node of a cluster, and the scripts touch no other", async () => {
  await using server = await RedisServer.start(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
  const node = new Redis(server.url);
  await node.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  const { head, log: logKey } = keysOf("any stream");
  expect(await node.cluster("KEYSLOT", head)).toBe(await node.cluster("KEYSLOT", logKey));
  node.disconnect();

  // A new cluster is not ready at once: the client asks again until it is.
  const cluster = new Cluster([{ host: server.host, port: server.port }], { clusterRetryStrategy: () => 50 });
  try {
    const { log } = await stream(cluster);
    expect(await log.takeover(1)).toEqual({ epoch: 2, seq: 4 });
    expect(await log.append({ epoch: 1, seq: 4, at: 3, events: ["zombie"] })).toEqual(FENCED);
    expect(await log.append({ epoch: 2, seq: 4, at: 3, events: ["d"] })).toEqual(STORED);
    expect(await log.append({ epoch: 2, seq: 4, at: 3, events: ["d"] })).toEqual(STORED);
    expect(await shown(log, { epoch: 1, seq: 3 })).toEqual(["2-4 d"]);
  } finally {
    cluster.disconnect();
  }
});
