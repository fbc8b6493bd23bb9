import { Redis } from "ioredis";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RedisServer } from "../../../test/support/redis-server.ts";
import { type StoreSuite, describeStore } from "../../testing/conformance/store.ts";
import { describeStoreAgreement } from "../../testing/conformance/store-agreement.ts";
import { START, Writer, delta, readAll } from "../../testing/conformance/store/fixture.ts";
import { memoryStore } from "../memory.ts";
import { type RedisBackend, redis } from "../redis.ts";

const runner = { describe, it };
const OPTIONS = ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"];
let nodes: RedisServer[];
let backend: RedisBackend;

/** Two nodes, with half of the slots each. */
beforeAll(async () => {
  nodes = [await RedisServer.start(OPTIONS), await RedisServer.start(OPTIONS)];
  const clients = nodes.map(({ url }) => new Redis(url));
  const [first, second] = clients as [Redis, Redis];
  await first.call("CLUSTER", "ADDSLOTSRANGE", "0", "8191");
  await second.call("CLUSTER", "ADDSLOTSRANGE", "8192", "16383");
  const [, port] = (await second.config("GET", "cluster-port")) as string[];
  await first.call("CLUSTER", "MEET", nodes[1]!.host, String(nodes[1]!.port), port!);
  const ready = async (client: Redis): Promise<boolean> => {
    const info = String(await client.call("CLUSTER", "INFO"));
    return /cluster_state:ok[^]*cluster_slots_ok:16384[^]*cluster_known_nodes:2/.test(info);
  };
  await vi.waitUntil(async () => (await ready(first)) && (await ready(second)), { timeout: 20_000, interval: 50 });
  for (const client of clients) client.disconnect();
  backend = await redis({ url: nodes[0]!.url, cluster: true });
}, 30_000);
afterAll(async () => {
  await backend.close();
  for (const node of nodes) await node[Symbol.asyncDispose]();
});

const suite: StoreSuite = {
  name: "redis cluster",
  open: async () => backend.store,
  reopen: async () => backend.store,
  leases: "renewed",
};
describeStore(runner, suite);
describeStoreAgreement(runner, fc, { ...suite, model: memoryStore, runs: 30 });

it("what one group of appends writes stands on both nodes", async () => {
  const writers = await Promise.all(Array.from({ length: 40 }, () => Writer.open(backend.store)));
  const outcomes = await backend.store.append(writers.map((writer) => writer.draft("a")));
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["stored"]));
  const clients = nodes.map(({ url }) => new Redis(url));
  const sizes = await Promise.all(clients.map((client) => client.dbsize()));
  for (const client of clients) client.disconnect();
  expect(sizes.filter((size) => size > 0)).toHaveLength(2);
});

it("S11: a takeover that asks for replicas asks the node that has the stream", async () => {
  const sure = await redis({ url: nodes[1]!.url, cluster: true, replicas: 1 });
  const writers = await Promise.all(Array.from({ length: 6 }, () => Writer.open(sure.store)));
  for (const { streamId } of writers) {
    await expect(sure.store.takeover(streamId, 1)).rejects.toThrow("held by 0 of the 1 replicas");
    expect((await sure.store.head(streamId))?.epochs).toEqual([0, 1]);
  }
  await sure.close();
});

it("a node that is frozen fails what is asked of it, fences nobody, and takes it when it answers again", async () => {
  const writers = await Promise.all(Array.from({ length: 20 }, () => Writer.open(backend.store)));
  const drafts = writers.map((writer) => writer.draft("a"));
  const thaw = nodes[1]!.freeze();
  const since = performance.now();
  const outcomes = await backend.store.append(drafts);
  expect(performance.now() - since).toBeLessThan(4000);
  expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["stored", "failed"]));
  thaw();
  const again = async (): Promise<void> => {
    const stored = drafts.map(() => ({ outcome: "stored", cancel: false }));
    expect(await backend.store.append(drafts)).toEqual(stored);
  };
  await vi.waitFor(again, { timeout: 10_000, interval: 50 });
  for (const { streamId } of writers) expect(await readAll(backend.store, streamId)).toEqual([START, delta("a")]);
});

it("a cluster that is not there, or is none, is told in one sentence", async () => {
  await using alone = await RedisServer.start();
  await expect(redis({ url: alone.url, cluster: true })).rejects.toThrow(
    /^Redis at 127\.0\.0\.1:\d+ cannot be used: .*cluster/,
  );
  await alone.kill();
  await expect(redis({ url: alone.url, cluster: true })).rejects.toThrow(/^Redis at 127\.0\.0\.1:\d+ cannot be used: /);
});
