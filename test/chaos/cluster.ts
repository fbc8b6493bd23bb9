import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import { RedisServer } from "../support/redis-server.ts";
import { ChaosNode } from "./node.ts";
import type { Places } from "./viewers.ts";

export interface ClusterOptions {
  readonly nodes: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly random: SeededRandom;
}

/**
 * What Redis acknowledges it keeps, also when it is killed. (`everysec` does not promise that: while a sync is under way the next
 * write of its log waits, and the answer does not.)
 */
const DURABLE = ["--appendonly", "yes", "--appendfsync", "always"];

/** Some nodes and their Redis, each node between two proxies. */
export class Cluster implements Places, AsyncDisposable {
  readonly random: SeededRandom;
  readonly redis: RedisServer;
  readonly nodes: readonly ChaosNode[];

  private constructor(redis: RedisServer, nodes: readonly ChaosNode[], random: SeededRandom) {
    this.redis = redis;
    this.nodes = nodes;
    this.random = random;
  }

  static async start({ nodes: count, leaseMs, graceMs, random }: ClusterOptions): Promise<Cluster> {
    const redis = await RedisServer.start(DURABLE);
    const options = { redisPort: redis.port, leaseMs, graceMs, random };
    const ports = await Promise.all(Array.from({ length: count }, freePort));
    const nodes = await Promise.all(ports.map((port) => ChaosNode.start(port, options)));
    return new Cluster(redis, nodes, random);
  }

  /** Any node that runs, as a load balancer knows it; any at all where none does. */
  pick(): string {
    const running = this.nodes.filter((node) => node.running);
    return this.random.pick(running.length === 0 ? this.nodes : running).url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node[Symbol.asyncDispose]()));
    await this.redis[Symbol.asyncDispose]();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
