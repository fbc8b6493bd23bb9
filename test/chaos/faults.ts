import { setTimeout as pause } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";
import type { ChaosNode } from "./node.ts";

/** Something that goes wrong, and is well again when the promise resolves. */
export interface Fault {
  readonly name: string;
  strike(cluster: Cluster, seconds: number): Promise<void>;
}

/** A node that nothing else has happened to, where one more is left; a node is struck by one fault of its process at a time. */
const struck = new Set<ChaosNode>();

function onNode(name: string, longest: number, strike: (node: ChaosNode, ms: number) => Promise<void>): Fault {
  return {
    name,
    async strike({ nodes, random }, share) {
      const well = nodes.filter((node) => !struck.has(node));
      if (well.length < 2) return;
      const node = random.pick(well);
      struck.add(node);
      try {
        await strike(node, share * longest);
      } finally {
        struck.delete(node);
      }
    },
  };
}

/** Redis, too, is struck by one fault at a time. */
let redisStruck = false;

function onRedis(name: string, longest: number, strike: (cluster: Cluster, ms: number) => Promise<void>): Fault {
  return {
    name,
    async strike(cluster, share) {
      if (redisStruck) return;
      redisStruck = true;
      try {
        await strike(cluster, share * longest);
      } finally {
        redisStruck = false;
      }
    },
  };
}

function onAll(name: string, strike: (node: ChaosNode, cluster: Cluster, share: number) => void): Fault {
  return {
    name,
    async strike(cluster, share) {
      strike(cluster.random.pick(cluster.nodes), cluster, share);
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
  onAll("a node's connections to Redis are cut", (node) => void node.back.cut("all")),
  onAll("what a node says to Redis, or hears of it, is held up", (node, { random }, share) => {
    node.back.freeze({ direction: random.pick(["toClient", "toServer"]), forMs: share * 3000 });
  }),
  onAll("Redis is slow for a node", (node, _cluster, share) => void node.back.slow(20_000, { forMs: share * 3000 })),
  onAll("all viewers of a node are cut off", (node) => void node.front.cut("all")),
  onAll("one viewer is cut off inside a frame", (node, { random }) => {
    void node.front.cutAfter(random.integer(1, 4000));
  }),
  onAll("a node's viewers hear nothing for a while", (node, _cluster, share) => {
    node.front.freeze({ direction: "toClient", forMs: share * 4000 });
  }),
  onAll("a node's viewers are slow, and hear in small pieces", (node, _cluster, share) => {
    node.front.slow(4000, { forMs: share * 3000 });
    node.front.split(30, { forMs: share * 3000 });
  }),
];
