import { readFileSync } from "node:fs";
import { readFile, readdir, stat, truncate } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { gateway } from "../src/gateway.ts";
import { serve } from "../src/host/node/serve.ts";
import { type RedisBackend, redis } from "../src/store/redis.ts";
import { describeBlobs } from "../src/testing/conformance/blobs.ts";
import { describeBus } from "../src/testing/conformance/bus.ts";
import { describeQuotas } from "../src/testing/conformance/quotas.ts";
import { describeRecords } from "../src/testing/conformance/records.ts";
import { describeStore } from "../src/testing/conformance/store.ts";
import { START, Writer, appendOne, delta, newStream, readAll } from "../src/testing/conformance/store/fixture.ts";
import { ScriptedSource } from "../src/testing/scripted-source.ts";
import { ask, plainDialect } from "./support/engine-fixture.ts";
import { RedisServer } from "./support/redis-server.ts";

const DOCUMENT = readFileSync(resolve(import.meta.dirname, "../docs/redis.md"), "utf8");
const GONE = { code: "stream_gone" };
const FENCED = { outcome: "fenced" };

describe("docs/redis.md: the user that it gives", () => {
  const rule = /^ACL SETUSER sluice (.*)$/m.exec(DOCUMENT)?.[1]?.replace("PASSWORD", "secret") ?? "";
  let server: RedisServer;
  const opened: RedisBackend[] = [];

  beforeAll(async () => {
    server = await RedisServer.start();
    const admin = new Redis(server.url);
    await admin.call("ACL", "SETUSER", "sluice", ...rule.split(" "));
    await admin.call("ACL", "SETUSER", "default", "off");
    admin.disconnect();
  });
  afterAll(async () => {
    for (const backend of opened) await backend.close();
    await server[Symbol.asyncDispose]();
  });

  async function open(): Promise<RedisBackend> {
    const backend = await redis({ url: server.url.replace("//", "//sluice:secret@") });
    opened.push(backend);
    return backend;
  }

  const runner = { describe, it };
  const [store, records, blobs, quotas] = [
    async () => (await open()).store,
    async () => (await open()).records,
    async () => (await open()).blobs,
    async () => (await open()).quotas,
  ];
  describeStore(runner, { name: "that user's", open: store, reopen: store, leases: "renewed" });
  describeRecords(runner, { name: "that user's", open: records, reopen: records });
  describeBlobs(runner, { name: "that user's", open: blobs, reopen: blobs });
  const pass = (ms: number): Promise<void> => new Promise((done) => void setTimeout(done, ms));
  describeQuotas(runner, { name: "that user's", open: quotas, other: quotas, pass });
  const join = (count: number): Promise<RedisBackend["bus"][]> =>
    Promise.all(Array.from({ length: count }, async () => (await open()).bus));
  describeBus(runner, { name: "that user's", join });

  it("may do nothing else: no other keys, no other channels, nothing dangerous", async () => {
    const client = new Redis(server.url.replace("//", "//sluice:secret@"));
    const others = [["get", "other"], ["publish", "other", "x"], ["flushall"], ["keys", "*"], ["config", "get", "dir"]];
    for (const [command, ...rest] of others) await expect(client.call(command!, ...rest)).rejects.toThrow("NOPERM");
    client.disconnect();
  });
});

describe("docs/redis.md: what a Redis comes back with", () => {
  let server: RedisServer;
  let backend: RedisBackend;
  let control: Redis;

  async function begin(...options: readonly string[]): Promise<void> {
    server = await RedisServer.start(options);
    backend = await redis({ url: server.url });
    control = new Redis(server.url, { retryStrategy: () => 10 });
    control.on("error", () => {});
  }
  afterEach(async () => {
    control.disconnect();
    await backend.close();
    await server[Symbol.asyncDispose]();
  });

  /** What `start` cannot know of: the server and our client are there again. */
  async function startAgain(): Promise<void> {
    await server.start();
    await vi.waitFor(() => backend.store.check(), { timeout: 5000, interval: 10 });
  }

  it("no persistence: everything is gone, nobody writes on, and the same request is a new run", async () => {
    await begin();
    const writer = await Writer.open(backend.store, { requestId: "r" });
    await writer.write("a");
    await server.kill();
    await startAgain();
    const { store } = backend;
    expect(await writer.write("b")).toEqual(FENCED);
    await expect(store.read(writer.streamId, { epoch: 1, seq: 1 }, 1000)).rejects.toMatchObject(GONE);
    expect(await store.head(writer.streamId)).toBeUndefined();
    const again = newStream({ requestId: "r", scope: writer.stream.scope });
    expect((await store.open(again, START)).created).toBe(true);
  });

  it("law 4: a snapshot: what came after it is gone, and whoever saw it is told; the others read on", async () => {
    await begin();
    const writer = await Writer.open(backend.store);
    await writer.write("a", "b");
    await control.save();
    const kept = [...writer.acknowledged];
    await writer.write("lost", "lost too");
    const late = await Writer.open(backend.store);
    await server.kill();
    await startAgain();
    await expectTailLost(writer, kept);
    await expect(backend.store.read(late.streamId, undefined, 1000)).rejects.toMatchObject(GONE);
  });

  it("law 4: an append-only file whose end was never on the disk: the same", async () => {
    await begin("--appendonly", "yes");
    const [, folder] = (await control.config("GET", "dir")) as string[];
    const writer = await Writer.open(backend.store);
    await writer.write("a", "b");
    const kept = [...writer.acknowledged];
    const path = await lastFileIn(join(folder!, "appendonlydir"));
    await vi.waitUntil(async () => (await readFile(path, "utf8")).includes(delta("b")), { interval: 5 });
    const size = (await stat(path)).size;
    await writer.write("lost", "lost too");
    await server.kill();
    // Half of the append is there: Redis cuts what is not whole.
    await truncate(path, size + 40);
    await startAgain();
    await expectTailLost(writer, kept);
  });

  it("S5: too few replicas: appends fail, fence nobody, and are taken once there are enough", async () => {
    await begin();
    const writer = await Writer.open(backend.store);
    await control.config("SET", "min-replicas-to-write", "1");
    const draft = writer.draft("a");
    expect(await appendOne(backend.store, draft)).toMatchObject({
      outcome: "failed",
      error: { message: expect.stringContaining("NOREPLICAS") },
    });
    await control.config("SET", "min-replicas-to-write", "0");
    expect(await appendOne(backend.store, draft)).toMatchObject({ outcome: "stored" });
    expect(await readAll(backend.store, writer.streamId)).toEqual([START, delta("a")]);
  });

  async function expectTailLost(writer: Writer, kept: readonly string[]): Promise<void> {
    const { store } = backend;
    const { streamId } = writer;
    expect(await writer.write("c")).toEqual(FENCED);
    await expect(store.read(streamId, { epoch: 1, seq: 4 }, 1000)).rejects.toMatchObject(GONE);
    expect(await store.takeover(streamId, 1)).toEqual({ epoch: 2, seq: 3 });
    const texts = ["x", "y"].map(delta);
    expect(await appendOne(store, { streamId, epoch: 2, seq: 3, at: 1, events: texts })).toMatchObject({
      outcome: "stored",
    });
    await expect(store.read(streamId, { epoch: 1, seq: 4 }, 1000)).rejects.toMatchObject(GONE);
    expect((await store.read(streamId, { epoch: 1, seq: 2 }, 1000)).map(({ json }) => json)).toEqual(texts);
    expect(await readAll(store, streamId)).toEqual([...kept, ...texts]);
  }
});

it("a server whose Redis is away says so at /readyz, refuses a run at once, and is ready again as soon as it is back", async () => {
  await using store = await RedisServer.start();
  const app = gateway({ routes: { ask }, dialect: plainDialect });
  const source = new ScriptedSource();
  await using server = await serve({ app }, { store: redis({ url: store.url }), source, port: 0, signals: false });
  const readiness = async (): Promise<number> => (await fetch(`${server.url}/readyz`)).status;
  expect(await readiness()).toBe(200);
  await store.kill();
  expect(await readiness()).toBe(503);
  const headers = { "Content-Type": "application/json" };
  const refused = await fetch(`${server.url}/app/ask`, { method: "POST", headers, body: "{}" });
  expect([refused.status, await refused.json()]).toEqual([503, expect.objectContaining({ code: "interrupted" })]);
  expect(source.calls).toEqual([]);
  await store.start();
  await vi.waitFor(async () => expect(await readiness()).toBe(200), { timeout: 5000, interval: 10 });
});

async function lastFileIn(folder: string): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".incr.aof"));
  return join(folder, names.toSorted().at(-1)!);
}
