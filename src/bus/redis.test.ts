import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RedisServer } from "../../test/support/redis-server.ts";
import { randomId } from "../ids.ts";
import { describeBus } from "../testing/conformance/bus.ts";
import { RedisBus } from "./redis.ts";

let server: RedisServer;
let client: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  client = new Redis(server.url, { enableOfflineQueue: false, retryStrategy: () => 20 });
  client.on("error", () => {});
  await new Promise((resolve) => client.once("ready", resolve));
});
afterAll(async () => {
  client.disconnect();
  await server[Symbol.asyncDispose]();
});

describeBus(
  { describe, it },
  {
    name: "redis",
    async join(count) {
      const prefix = `${randomId()}:`;
      return Array.from({ length: count }, () => new RedisBus(client, prefix));
    },
  },
);

describe("a bus on Redis", () => {
  it("sends what moved in one turn as one message, each stream once", async () => {
    const prefix = `${randomId()}:`;
    const listener = client.duplicate({ enableOfflineQueue: true });
    await listener.subscribe(`${prefix}moved`);
    const message = new Promise<string>((resolve) => listener.once("message", (_channel, text) => resolve(text)));
    const bus = new RedisBus(client, prefix);
    for (const id of ["a", "b", "a"]) bus.publish(id);
    expect((await message).split(" ").slice(1)).toEqual(["a", "b"]);
    listener.disconnect();
    await bus.close();
  });

  it("U1: is heard again after Redis was away; what was published meanwhile is lost, and nothing is thrown (U3)", async () => {
    const prefix = `${randomId()}:`;
    const [speaker, hearer] = [new RedisBus(client, prefix), new RedisBus(client, prefix)];
    const heard = new Set<string>();
    hearer.subscribe((streamId) => heard.add(streamId));
    const until = async (streamId: string): Promise<void> => {
      while (!heard.has(streamId)) {
        speaker.publish(streamId);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await until("before");
    await server.kill();
    speaker.publish("meanwhile");
    await server.start();
    await until("after");
    expect(heard).toEqual(new Set(["before", "after"]));
    await Promise.all([speaker.close(), hearer.close()]);
  });

  it("U3: where Redis is away, nothing is thrown: not by publishing, listening, nor closing", async () => {
    await using gone = await RedisServer.start();
    const lone = new Redis(gone.url, { enableOfflineQueue: false, retryStrategy: () => 20 });
    lone.on("error", () => {});
    await new Promise((resolve) => lone.once("ready", resolve));
    const lost = new Promise((resolve) => lone.once("close", resolve));
    await gone.kill();
    await lost;
    const bus = new RedisBus(lone, "sluice:");
    bus.publish("a");
    bus.subscribe(() => {})();
    await new Promise((resolve) => lone.once("reconnecting", resolve));
    await bus.close();
    bus.publish("b");
    await new Promise((resolve) => setImmediate(resolve));
    lone.disconnect();
  });
});
