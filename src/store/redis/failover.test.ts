import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RedisServer } from "../../../test/support/redis-server.ts";
import { NOW, START, Writer, appendOne, delta, readAll } from "../../testing/conformance/store/fixture.ts";
import { type RedisBackend, redis } from "../redis.ts";

const STORED = { outcome: "stored", cancel: false };
const FENCED = { outcome: "fenced" };
const GONE = { code: "stream_gone" };

let primary: RedisServer;
let replica: RedisServer;
let former: RedisBackend;
/** What the test itself tells the replica. */
let control: Redis;

beforeEach(async () => {
  primary = await RedisServer.start(["--repl-diskless-sync-delay", "0"]);
  replica = await RedisServer.start(["--replicaof", primary.host, String(primary.port)]);
  former = await redis({ url: primary.url });
  control = new Redis(replica.url);
  const waiting = { timeout: 10_000, interval: 10 };
  await vi.waitUntil(async () => (await control.info("replication")).includes("master_link_status:up"), waiting);
  // The primary counts a replica only after its first word.
  const client = new Redis(primary.url);
  await client.set("probe", "1");
  await vi.waitUntil(async () => (await client.wait(1, 1000)) === 1, waiting);
  client.disconnect();
});
afterEach(async () => {
  control.disconnect();
  await former.close();
  for (const server of [replica, primary]) await server[Symbol.asyncDispose]();
});

/** All that was written by now is on the replica. */
async function replicated(): Promise<void> {
  const client = new Redis(primary.url);
  const offset = async (redis: Redis): Promise<string | undefined> =>
    /master_repl_offset:(\d+)/.exec(await redis.info("replication"))?.[1];
  const wanted = Number(await offset(client));
  await vi.waitUntil(async () => Number(await offset(control)) >= wanted, { interval: 5, timeout: 10_000 });
  client.disconnect();
}

describe("a failover", () => {
  test("law 4: that lost a tail fences its writer; the offsets of the lost tail are never continued", async () => {
    const writer = await Writer.open(former.store, { requestId: "r" });
    await writer.write("a", "b");
    await replicated();
    await control.replicaof("NO", "ONE");
    // The old primary takes what the new one never hears of.
    const kept = [...writer.acknowledged];
    expect(await writer.write("lost", "lost too")).toEqual(STORED);
    await primary.kill();

    const next = await redis({ url: replica.url });
    const { store } = next;
    const { streamId } = writer;
    expect(await appendOne(store, writer.draft("c"))).toEqual(FENCED);
    await expect(store.read(streamId, { epoch: 1, seq: 4 }, 1000)).rejects.toMatchObject(GONE);
    expect(await store.head(streamId)).toMatchObject({ epochs: [0], seq: 2, state: "running" });
    expect(await store.takeover(streamId, 1, NOW)).toEqual({ epoch: 2, seq: 3 });
    const texts = ["x", "y", "z"].map(delta);
    expect(await appendOne(store, { streamId, epoch: 2, seq: 3, at: NOW, events: texts })).toEqual(STORED);
    for (const seq of [3, 4]) {
      await expect(store.read(streamId, { epoch: 1, seq }, 1000)).rejects.toMatchObject(GONE);
    }
    expect((await store.read(streamId, { epoch: 1, seq: 2 }, 1000)).map(({ json }) => json)).toEqual(texts);
    expect(await readAll(store, streamId)).toEqual([...kept, ...texts]);
    expect((await store.find(writer.stream.scope, "r"))?.streamId).toBe(streamId);
    await next.close();
  });

  test("law 4: a takeover that was lost leaves its writer fenced, and its offsets are not continued", async () => {
    const writer = await Writer.open(former.store);
    const { streamId } = writer;
    await writer.write("a");
    await replicated();
    await control.replicaof("NO", "ONE");
    expect(await former.store.takeover(streamId, 1)).toEqual({ epoch: 2, seq: 2 });
    const lost = { streamId, epoch: 2, seq: 2, at: NOW, events: [delta("lost")] };
    expect(await appendOne(former.store, lost)).toEqual(STORED);
    await primary.kill();

    const next = await redis({ url: replica.url });
    expect(await appendOne(next.store, { ...lost, seq: 3 })).toEqual(FENCED);
    expect(await appendOne(next.store, writer.draft("b"))).toEqual(STORED);
    await expect(next.store.read(streamId, { epoch: 2, seq: 2 }, 1000)).rejects.toMatchObject(GONE);
    expect(await readAll(next.store, streamId)).toEqual([START, delta("a"), delta("b")]);
    await next.close();
  });

  test("a primary that has become a replica fails appends, fences nobody, and takes them when it is one again", async () => {
    const writer = await Writer.open(former.store);
    await replicated();
    const next = await redis({ url: replica.url });
    const draft = writer.draft("a");
    const refused = await appendOne(next.store, draft);
    // READONLY, or the word that the connection was given up for it.
    expect(refused.outcome).toBe("failed");
    await control.replicaof("NO", "ONE");
    await vi.waitFor(async () => expect(await appendOne(next.store, draft)).toEqual(STORED), { timeout: 5000 });
    expect(await readAll(next.store, writer.streamId)).toEqual([START, delta("a")]);
    await next.close();
  });
});

describe("a takeover that asks for replicas", () => {
  test("S11: counts once they hold it", async () => {
    const sure = await redis({ url: primary.url, replicas: 1 });
    const { streamId } = await Writer.open(sure.store);
    expect(await sure.store.takeover(streamId, 1, NOW)).toEqual({ epoch: 2, seq: 1 });
    expect(await sure.store.takeover(streamId, 1, NOW)).toBeUndefined();
    await control.replicaof("NO", "ONE");
    const next = await redis({ url: replica.url });
    expect((await next.store.head(streamId))?.epochs).toEqual([0, 1]);
    await next.close();
    await sure.close();
  });

  test("S11: throws where they do not: nobody writes in that epoch, and the next one is given out in its stead", async () => {
    const sure = await redis({ url: primary.url, replicas: 2 });
    const writer = await Writer.open(sure.store);
    await expect(sure.store.takeover(writer.streamId, 1, NOW)).rejects.toThrow("held by 1 of the 2 replicas");
    expect(await writer.write("a")).toEqual(FENCED);
    const fair = await redis({ url: primary.url, replicas: 1 });
    expect(await fair.store.takeover(writer.streamId, 2, NOW)).toEqual({ epoch: 3, seq: 1 });
    await Promise.all([sure.close(), fair.close()]);
  });
});
