import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import type { SeededRandom } from "../../src/testing/seeded-random.ts";
import type { ChaosNode } from "./node.ts";

/** Something that goes wrong. */
export interface Fault {
  readonly name: string;
  /** Gives the promise that all is well again; undefined where it did not strike, since what it strikes is down already. */
  strike(cluster: Cluster, random: SeededRandom): Promise<void> | undefined;
}

/** A node that nothing else has happened to, where one more is left; a node is struck by one fault of its process at a time. */
const struck = new Set<ChaosNode>();

function onNode(name: string, longest: number, strike: (node: ChaosNode, ms: number) => Promise<void>): Fault {
  return {
    name,
    strike({ nodes }, random) {
      const well = nodes.filter((node) => !struck.has(node));
      const ms = random.next() * longest;
      const node = random.pick(nodes);
      if (well.length < 2 || struck.has(node)) return undefined;
      struck.add(node);
      return strike(node, ms).finally(() => struck.delete(node));
    },
  };
}

/** Redis, too, is struck by one fault at a time. */
let redisStruck = false;

function onRedis(name: string, longest: number, strike: (cluster: Cluster, ms: number) => Promise<void>): Fault {
  return {
    name,
    strike(cluster, random) {
      const ms = random.next() * longest;
      if (redisStruck) return undefined;
      redisStruck = true;
      return strike(cluster, ms).finally(() => (redisStruck = false));
    },
  };
}

function onWires(name: string, strike: (node: ChaosNode, random: SeededRandom, share: number) => void): Fault {
  return {
    name,
    async strike({ nodes }, random) {
      strike(random.pick(nodes), random, random.next());
    },
  };
}

/** Times are the longest, in milliseconds; each is drawn anew. */
export const FAULTS: readonly Fault[] = [
  onNode("a node is killed", 3000, async (node, ms) => {
    await node.stop("SIGKILL");
    await pause(ms);
    await node.start();
  }),
  onNode("a node is told to stop, and comes back", 1000, async (node, ms) => {
    await node.stop("SIGTERM");
    await pause(ms);
    await node.start();
  }),
  onNode("a node stands still, longer than its leases", 9000, async (node, ms) => {
    const thaw = node.freeze();
    await pause(ms);
    thaw();
  }),
  onRedis("Redis is killed, and comes back", 2000, async ({ redis }, ms) => {
    await redis.kill();
    await pause(ms);
    await redis.start();
  }),
  onRedis("Redis stands still", 2500, async ({ redis }, ms) => {
    const thaw = redis.freeze();
    await pause(ms);
    thaw();
  }),
  onWires("a node's connections to Redis are cut", (node) => void node.back.cut("all")),
  onWires("what a node says to Redis, or hears of it, is held up", (node, random, share) => {
    node.back.freeze({ direction: random.pick(["toClient", "toServer"]), forMs: share * 3000 });
  }),
  onWires("Redis is slow for a node", (node, _random, share) => void node.back.slow(20_000, { forMs: share * 3000 })),
  onWires("all viewers of a node are cut off", (node) => void node.front.cut("all")),
  onWires("one viewer is cut off inside a frame", (node, random) => {
    void node.front.cutAfter(random.integer(1, 4000));
  }),
  onWires("a node's viewers hear nothing for a while", (node, _random, share) => {
    node.front.freeze({ direction: "toClient", forMs: share * 4000 });
  }),
  onWires("a node's viewers are slow, and hear in small pieces", (node, _random, share) => {
    node.front.slow(4000, { forMs: share * 3000 });
    node.front.split(30, { forMs: share * 3000 });
  }),
];
