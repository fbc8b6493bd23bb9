import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { RedisServer } from "../../../test/support/redis-server.ts";
import type { Store } from "../../store.ts";
import { NOW, START, Writer, newStream } from "../../testing/conformance/store/fixture.ts";
import { type RedisBackend, redis } from "../redis.ts";
import { SCRIPTS } from "./scripts.ts";

const LEASE_MS = 10_000;
const DAY_MS = 86_400_000;

let server: RedisServer;
let backend: RedisBackend;
let store: Store;
/** What the test itself tells Redis. */
let control: Redis;

beforeAll(async () => {
  server = await RedisServer.start();
  backend = await redis({ url: server.url, leaseMs: LEASE_MS });
  store = backend.store;
  control = new Redis(server.url);
});
beforeEach(() => control.flushall());
afterAll(async () => {
  control.disconnect();
  await backend.close();
  await server[Symbol.asyncDispose]();
});

/** A store of a process that dies when it is about to run that script. */
async function dyingAt(script: keyof typeof SCRIPTS): Promise<Store> {
  const client = new Redis(server.url);
  const { store } = await redis({ client });
  const send = client.sendCommand.bind(client);
  client.sendCommand = (command, stream) => {
    if (!command.args.includes(SCRIPTS[script].lua) && !command.args.includes(shaOf(client, script))) {
      return send(command, stream);
    }
    client.disconnect();
    command.reject(new Error("cut"));
    return command.promise;
  };
  return store;
}

function shaOf(client: Redis, script: keyof typeof SCRIPTS): string {
  return (client as unknown as { scriptsSet: Record<string, { sha: string }> }).scriptsSet[`sluice:${script}`]!.sha;
}

describe("requests, and what breaks in between", () => {
  test.each(["due", "create"] as const)(
    "S8: a process that dies between a request's claim and its stream, before %s, blocks nobody",
    async (script) => {
      const stream = newStream({ requestId: "r" });
      const dying = await dyingAt(script);
      await expect(dying.open(stream, START)).rejects.toThrow("cut");
      expect(await store.head(stream.streamId)).toBeUndefined();
      const again = await store.open(newStream({ scope: stream.scope, requestId: "r" }), START);
      expect([again.created, again.head.streamId]).toEqual([false, stream.streamId]);
      expect((await store.abandoned(NOW + LEASE_MS)).map(({ streamId }) => streamId)).toEqual([stream.streamId]);
      const listed = await store.list({ app: "suite", scope: stream.scope, state: "running", limit: 5 });
      expect(listed.heads.map(({ streamId }) => streamId)).toEqual([stream.streamId]);
    },
  );

  test("S8: what finds such a claim may be a find, or a cancel, too", async () => {
    const [found, cancelled] = [newStream({ requestId: "r" }), newStream({ requestId: "r" })];
    for (const stream of [found, cancelled]) {
      const dying = await dyingAt("create");
      await expect(dying.open(stream, START)).rejects.toThrow("cut");
    }
    expect((await store.find(found.scope, "r"))?.streamId).toBe(found.streamId);
    await store.rememberCancel(cancelled.scope, "r", NOW + 10_000);
    expect((await store.head(cancelled.streamId))?.cancelRequested).toBe(true);
  });

  test("S9: a cancel that came before such a claim is not lost", async () => {
    const stream = newStream({ requestId: "r" });
    await store.rememberCancel(stream.scope, "r", NOW + 10_000);
    const dying = await dyingAt("create");
    await expect(dying.open(stream, START)).rejects.toThrow("cut");
    expect((await store.find(stream.scope, "r"))?.cancelRequested).toBe(true);
  });

  test("S9: of a cancel and an open at the same time, one always finds the other", async () => {
    for (let round = 0; round < 50; round += 1) {
      const stream = newStream({ requestId: "r" });
      const opening = store.open(stream, START);
      await store.rememberCancel(stream.scope, "r", NOW + 10_000);
      await opening;
      expect((await store.head(stream.streamId))!.cancelRequested).toBe(true);
    }
  });

  test("S8: an id that is taken leaves its request, and the early cancel of that, for the next", async () => {
    const taken = await Writer.open(store);
    const stream = newStream({ requestId: "r" });
    await store.rememberCancel(stream.scope, "r", NOW + 10_000);
    const clash = { ...stream, streamId: taken.streamId };
    await expect(store.open(clash, START)).rejects.toMatchObject({ code: "conflict" });
    expect((await store.list({ app: "suite", scope: stream.scope, limit: 5 })).heads).toEqual([]);
    expect(await store.open(stream, START)).toMatchObject({ created: true, cancelled: true });
  });

  test.each(["free", "due"] as const)(
    "S9, S10: an erasure that was cut short before %s is told as done, its cancel is not told again, and a sweep ends it",
    async (script) => {
      const { scope } = newStream();
      await store.rememberCancel(scope, "r", NOW + 10_000);
      const writer = await Writer.open(store, { scope, requestId: "r" });
      await writer.end();
      const dying = await dyingAt(script);
      await expect(dying.erase(writer.streamId, NOW + 1000)).rejects.toThrow("cut");

      expect((await store.list({ app: "suite", scope, limit: 5 })).heads).toEqual([]);
      const next = newStream({ scope, requestId: "r" });
      const opened = await store.open(next, START);
      expect(opened).toMatchObject({ created: true, cancelled: false, head: { cancelRequested: false } });
      await store.sweep(NOW + LEASE_MS, 1000);
      expect(await store.head(writer.streamId)).toBeUndefined();
      expect((await store.find(scope, "r"))?.streamId).toBe(next.streamId);
    },
  );

  test("a place of a stream that was never made is given up after an hour", async () => {
    const dying = await dyingAt("create");
    await expect(dying.open(newStream(), START)).rejects.toThrow("cut");
    expect(await control.keys("*due*")).toHaveLength(1);
    await store.sweep(NOW + LEASE_MS, 1000);
    expect(await control.keys("*due*")).toHaveLength(1);
    await store.sweep(NOW + 3_700_000, 1000);
    expect(await control.keys("*due*")).toEqual([]);
  });
});

describe("what Redis holds", () => {
  test("every key goes by itself where nobody sweeps, after its retention", async () => {
    const { scope } = newStream();
    await store.rememberCancel(scope, "early", NOW + 10_000);
    const running = await Writer.open(store, { scope, requestId: "r" });
    const ended = await Writer.open(store, { scope, retentionMs: 30 * DAY_MS });
    await ended.end();
    const keys = await control.keys("*");
    const lives = await Promise.all(keys.map((key) => control.pttl(key)));
    expect(Math.min(...lives)).toBeGreaterThan(0);
    const lifeOf = ({ streamId }: Writer): Promise<number> => control.pttl(`sluice:{stream:${streamId}}:log`);
    expect(await lifeOf(running)).toBeGreaterThan(7 * DAY_MS);
    expect(await lifeOf(ended)).toBeGreaterThan(37 * DAY_MS);
    const list = keys.find((key) => key.includes(":all:"))!;
    await Writer.open(store, { scope });
    expect(await control.pttl(list)).toBeGreaterThan(37 * DAY_MS);
  });

  test("a long run puts its end off, by its appends and by its renewals", async () => {
    const writer = await Writer.open(store);
    const keys = ["head", "log"].map((name) => `sluice:{stream:${writer.streamId}}:${name}`);
    const lives = (): Promise<number[]> => Promise.all(keys.map((key) => control.pttl(key)));
    const age = async (): Promise<void> => {
      for (const key of keys) await control.pexpire(key, 10_000);
    };
    await age();
    for (let seq = 1; seq <= 256; seq += 1) await writer.write("a");
    expect(Math.min(...(await lives()))).toBeGreaterThan(DAY_MS);
    await age();
    await store.leases!.renew(writer.streamId, 1, NOW);
    expect(Math.min(...(await lives()))).toBeGreaterThan(DAY_MS);
  });

  test("nothing is left of a stream that is forgotten", async () => {
    const writer = await Writer.open(store, { requestId: "r" });
    await writer.write("a");
    await writer.end(NOW);
    await store.sweep(NOW + 60_000, 1000);
    await store.sweep(NOW + 61_000, 1000);
    expect(await control.keys("*")).toEqual([]);
  });

  test("an ended stream leaves the list of the running ones, and who finds it there takes it out", async () => {
    const { scope } = newStream();
    const writer = await Writer.open(store, { scope });
    const [running] = (await control.keys("*:running:*")) as [string];
    const [place] = await control.zrange(running, "0", "-1");
    await writer.end();
    await vi.waitUntil(async () => (await control.exists(running)) === 0, { interval: 5 });
    await control.zadd(running, 0, place!);
    expect((await store.list({ app: "suite", scope, state: "running", limit: 5 })).heads).toEqual([]);
    expect(await control.exists(running)).toBe(0);
  });
});
