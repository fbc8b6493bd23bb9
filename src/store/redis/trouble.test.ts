import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { RedisServer } from "../../../test/support/redis-server.ts";
import type { Backend } from "../../backend.ts";
import { type LogFields, silentLogger } from "../../logger.ts";
import type { Append, Appended, Store } from "../../store.ts";
import { NOW, START, Writer, appendOne, delta, newStream, readAll } from "../../testing/conformance/store/fixture.ts";
import { redis } from "../redis.ts";

const STORED = { outcome: "stored", cancel: false };
const FENCED = { outcome: "fenced" };

/** The keys that one running stream needs: head, log, two lists, and its place among what is due. */
const LEFT_OF_ONE = 5;

let server: RedisServer;
let backend: Backend;
let store: Store;
/** What the test itself tells Redis. */
let control: Redis;

async function begin(...options: readonly string[]): Promise<void> {
  server = await RedisServer.start(options);
  backend = await redis({ url: server.url });
  store = backend.store;
  control = new Redis(server.url, { retryStrategy: () => 10 });
  control.on("error", () => {});
}

afterEach(async () => {
  control.disconnect();
  await backend.close();
  await server[Symbol.asyncDispose]();
});

/** Asks again until the outcome is known. */
async function settled(append: Append): Promise<Appended> {
  return vi.waitFor(
    async () => {
      const outcome = await appendOne(store, append);
      if (outcome.outcome === "failed") throw outcome.error;
      return outcome;
    },
    { timeout: 10_000, interval: 20 },
  );
}

// `everysec` does not promise it: while a sync is under way the next write waits, and the answer does not.
describe.each(["always", "no"])("a Redis with appendfsync %s that is killed and started again", (fsync) => {
  beforeEach(() => begin("--appendonly", "yes", "--appendfsync", fsync));

  test("S2, S5: in the middle of appends: all that was acknowledged is there, once, and appends go on", async () => {
    const writers = await Promise.all(Array.from({ length: 20 }, () => Writer.open(store, { requestId: "r" })));
    let rounds = 0;
    let failures = 0;
    const write = async (writer: Writer): Promise<void> => {
      for (let seq = 1; seq <= 200; seq += 1) {
        const draft = writer.draft(`${seq}`);
        let outcome = await writer.send(draft);
        if (outcome.outcome === "failed") {
          failures += 1;
          outcome = await settled(draft);
          writer.next += 1;
          writer.acknowledged.push(...draft.events);
        }
        expect(outcome).toEqual(STORED);
        rounds += 1;
      }
    };
    const breaking = (async () => {
      await vi.waitUntil(() => rounds > 400, { interval: 1 });
      await server.kill();
      await vi.waitUntil(() => failures >= writers.length, { interval: 1 });
      await server.start();
    })();
    await Promise.all([breaking, ...writers.map(write)]);
    expect(failures).toBe(writers.length);
    for (const writer of writers) {
      expect(await readAll(store, writer.streamId)).toEqual(writer.acknowledged);
      const { scope, streamId } = writer.stream;
      expect((await store.find(scope, "r"))?.streamId).toBe(streamId);
    }
  });
});

describe("a Redis in trouble", () => {
  beforeEach(() => begin());

  test("S5: frozen: appends fail within about a second, and are stored once when they are asked again", async () => {
    const writer = await Writer.open(store);
    const lost = writer.draft("a", "b");
    const thaw = server.freeze();
    const since = performance.now();
    const outcome = await appendOne(store, lost);
    expect(performance.now() - since).toBeLessThan(3000);
    expect(outcome).toMatchObject({ outcome: "failed", error: { message: expect.stringMatching(/^Redis does not/) } });
    await expect(store.head(writer.streamId)).rejects.toMatchObject({
      code: "interrupted",
      cause: { message: expect.stringMatching(/^Redis does not answer/) },
    });
    thaw();
    expect(await settled(lost)).toEqual(STORED);
    expect(await readAll(store, writer.streamId)).toEqual([START, delta("a"), delta("b")]);
  });

  test("away: whatever is asked fails at once and says so, and all goes on as soon as it is back", async () => {
    const writer = await Writer.open(store);
    await server.kill();
    await expect(store.check()).rejects.toMatchObject({
      code: "interrupted",
      cause: { message: expect.stringMatching(/^Redis does not answer/) },
    });
    const asks = [
      store.head(writer.streamId),
      store.read(writer.streamId, undefined, 1000),
      store.open(newStream({ requestId: "r" }), START),
      store.open(newStream(), START),
      store.list({ app: "suite", scope: "s", limit: 1 }),
      store.takeover(writer.streamId, 1),
      store.leases!.renew(writer.streamId, 1, 0),
      store.sweep(0, 0),
    ];
    for (const ask of await Promise.allSettled(asks)) {
      expect(ask).toMatchObject({
        status: "rejected",
        reason: { cause: { message: expect.stringMatching(/^Redis does not/) } },
      });
    }
    await server.start();
    await vi.waitFor(() => store.check(), { timeout: 5000, interval: 10 });
    expect((await store.open(newStream(), START)).created).toBe(true);
  });

  test("out of memory: an append fails, is fenced by nothing, and is stored once there is room", async () => {
    const writer = await Writer.open(store);
    await control.config("SET", "maxmemory-policy", "noeviction");
    await control.config("SET", "maxmemory", "1");
    const [first, second] = [writer.draft("a"), { ...writer.draft("b"), seq: 2 }];
    const outcomes = await store.append([first, second]);
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    expect(outcomes[0]).toMatchObject({ error: { message: expect.stringContaining("OOM") } });
    expect(await readAll(store, writer.streamId)).toEqual([START]);
    await control.config("SET", "maxmemory", "0");
    expect(await store.append([first, second])).toEqual([STORED, STORED]);
    expect(await readAll(store, writer.streamId)).toEqual([START, delta("a"), delta("b")]);
  });

  test("out of memory: what gives memory back still works, and writers live on", async () => {
    const [running, erased] = [await Writer.open(store), await Writer.open(store, { requestId: "r" })];
    const swept = await Writer.open(store, { requestId: "r", retentionMs: 1000 });
    for (const writer of [erased, swept]) await writer.end(NOW);
    await control.config("SET", "maxmemory-policy", "noeviction");
    await control.config("SET", "maxmemory", "1");
    await expect(store.open(newStream({ requestId: "r" }), START)).rejects.toMatchObject({
      code: "interrupted",
      cause: { message: expect.stringContaining("OOM") },
    });
    expect(await store.leases!.renew(running.streamId, 1, NOW + 5000)).toEqual({ cancel: false });
    expect((await store.requestCancel(running.streamId))?.cancelRequested).toBe(true);
    await store.erase(erased.streamId, NOW + 5000);
    await store.sweep(NOW + 2000, 1000);
    for (const { streamId } of [erased, swept]) expect((await store.head(streamId))?.gone).toBe(true);
    expect(await store.abandoned(NOW + 4000)).toEqual([]);
    await store.sweep(NOW + 6000, 1000);
    expect(await control.keys("*")).toHaveLength(LEFT_OF_ONE);
  });

  test("scripts that Redis has forgotten are sent again", async () => {
    const writer = await Writer.open(store);
    await writer.write("a");
    await control.script("FLUSH");
    const outcomes = await store.append([writer.draft("b"), { ...writer.draft("c"), seq: 3 }]);
    expect(outcomes).toEqual([STORED, STORED]);
    expect(await readAll(store, writer.streamId)).toEqual([START, delta("a"), delta("b"), delta("c")]);
  });

  test("law 4: after FLUSHALL a writer is fenced, a reader is told stream_gone, and nobody knows the stream", async () => {
    const writer = await Writer.open(store, { requestId: "r" });
    await writer.write("a");
    await control.flushall();
    expect(await writer.write("b")).toEqual(FENCED);
    expect(await store.head(writer.streamId)).toBeUndefined();
    expect(await store.takeover(writer.streamId, 1)).toBeUndefined();
    expect(await store.leases!.renew(writer.streamId, 1, 0)).toBeUndefined();
    for (const after of [undefined, { epoch: 1, seq: 1 }]) {
      await expect(store.read(writer.streamId, after, 1000)).rejects.toMatchObject({ code: "stream_gone" });
    }
    expect(await store.find(writer.stream.scope, "r")).toBeUndefined();
  });

  test("S3, S7: of a log that was evicted or cut no part passes for the whole, and it takes no append", async () => {
    const writer = await Writer.open(store);
    await writer.write("a", "b", "c");
    const log = `sluice:{stream:${writer.streamId}}:log`;
    await control.xtrim(log, "MAXLEN", 2);
    for (const after of [undefined, { epoch: 1, seq: 1 }]) {
      await expect(store.read(writer.streamId, after, 1000)).rejects.toMatchObject({ code: "stream_gone" });
    }
    expect((await store.read(writer.streamId, { epoch: 1, seq: 2 }, 1000)).map(({ seq }) => seq)).toEqual([3]);
    await control.del(log);
    expect(await writer.write("d")).toEqual(FENCED);
    expect(await store.takeover(writer.streamId, 1)).toBeUndefined();
    await expect(store.read(writer.streamId, { epoch: 1, seq: 3 }, 1000)).rejects.toMatchObject({
      code: "stream_gone",
    });
  });
});

describe("opening", () => {
  beforeEach(() => begin());

  test("a Redis that is not there is told in one sentence", async () => {
    await server.kill();
    await expect(redis({ url: server.url })).rejects.toThrow(
      new RegExp(`^Redis at 127\\.0\\.0\\.1:${server.port} cannot be used: .*ECONNREFUSED.*\\.$`),
    );
  });

  test("a Redis that wants a password is told so, and the one that was given is not", async () => {
    await control.config("SET", "requirepass", "right");
    await expect(redis({ url: server.url })).rejects.toThrow(/NOAUTH/);
    await expect(redis({ url: server.url.replace("//", "//:wrong-one@") })).rejects.toThrow(
      /^((?!wrong-one).)*WRONGPASS/,
    );
    const opened = await redis({ url: server.url.replace("//", "//:right@") });
    await opened.store.check();
    await opened.close();
  });

  test("a Redis that may evict streams is told in the log, another is not", async () => {
    const warnings: unknown[] = [];
    const logger = { ...silentLogger, warn: (fields: LogFields) => void warnings.push(fields["policy"]) };
    const opened = [await redis({ url: server.url, logger })];
    await control.config("SET", "maxmemory-policy", "volatile-lru");
    opened.push(await redis({ url: server.url, logger }));
    expect(warnings).toEqual(["volatile-lru"]);
    for (const each of opened) await each.close();
  });

  test("a Redis before 7.0 is refused", async () => {
    // It answers INFO as such a one, and everything else by OK.
    const info = "# Server\r\nredis_version:6.2.14\r\n";
    const old = createServer((socket) =>
      socket.on("data", (data) => {
        for (const part of data.toString().split("*").slice(1)) {
          socket.write(/info/i.test(part) && !/lib-/i.test(part) ? `$${info.length}\r\n${info}\r\n` : "+OK\r\n");
        }
      }),
    ).listen(0, "127.0.0.1");
    await once(old, "listening");
    const { port } = old.address() as AddressInfo;
    await expect(redis({ url: `redis://127.0.0.1:${port}` })).rejects.toThrow(
      `Redis at 127.0.0.1:${port} cannot be used: its version is 6.2.14, and 7.0 is the oldest that will do.`,
    );
    old.close();
  });
});
