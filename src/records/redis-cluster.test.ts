import { type Cluster, Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RedisServer } from "../../test/support/redis-server.ts";
import { RedisBlobs } from "../blobs/redis.ts";
import { RedisBus } from "../bus/redis.ts";
import { randomId } from "../ids.ts";
import { connect } from "../store/redis/client.ts";
import { describeBlobs } from "../testing/conformance/blobs.ts";
import { describeBus } from "../testing/conformance/bus.ts";
import { describeRecords } from "../testing/conformance/records.ts";
import { RedisRecords } from "./redis.ts";

const runner = { describe, it };
let server: RedisServer;
let client: Cluster;

/** One node that has every slot refuses a command whose keys are of two, as many nodes do. */
beforeAll(async () => {
  server = await RedisServer.start(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
  const node = new Redis(server.url);
  await node.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
  const isReady = async (): Promise<boolean> => String(await node.call("CLUSTER", "INFO")).includes("cluster_state:ok");
  await vi.waitUntil(isReady, { timeout: 10_000, interval: 20 });
  node.disconnect();
  client = (await connect(server.url, true)) as Cluster;
  client.on("error", () => {});
}, 30_000);
afterAll(async () => {
  client.disconnect();
  await server[Symbol.asyncDispose]();
});

const records = async (): Promise<RedisRecords> => new RedisRecords(client, "sluice:");
describeRecords(runner, { name: "redis cluster", open: records, reopen: records });

const blobs = async (): Promise<RedisBlobs> => new RedisBlobs(client, "sluice:");
describeBlobs(runner, { name: "redis cluster", open: blobs, reopen: blobs });

describeBus(runner, {
  name: "redis cluster",
  async join(count) {
    const prefix = `${randomId()}:`;
    return Array.from({ length: count }, () => new RedisBus(client, prefix));
  },
});

it("a command whose keys are of two slots is refused here", async () => {
  await expect(client.eval("return 1", 2, "{a}", "{b}")).rejects.toThrow(/slot/i);
});

it("U1: a bus on a cluster is heard again after that was away", async () => {
  const prefix = `${randomId()}:`;
  const [speaker, hearer] = [new RedisBus(client, prefix), new RedisBus(client, prefix)];
  const heard = new Set<string>();
  hearer.subscribe((streamId) => heard.add(streamId));
  const isHeard = (streamId: string) => (): boolean => {
    speaker.publish(streamId);
    return heard.has(streamId);
  };
  const patience = { timeout: 20_000, interval: 20 };
  await vi.waitUntil(isHeard("before"), patience);
  await server.kill();
  speaker.publish("meanwhile");
  await server.start();
  await vi.waitUntil(isHeard("after"), patience);
  expect(heard).toEqual(new Set(["before", "after"]));
  await Promise.all([speaker.close(), hearer.close()]);
}, 45_000);
