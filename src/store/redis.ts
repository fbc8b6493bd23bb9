import type { Cluster, Redis } from "ioredis";
import type { Backend } from "../backend.ts";
import { RedisBlobs } from "../blobs/redis.ts";
import { RedisBus } from "../bus/redis.ts";
import type { Logger } from "../logger.ts";
import { redisQuotas } from "../quotas/redis.ts";
import { RedisRecords } from "../records/redis.ts";
import { assertFit, connect, evictionOf, secondOf } from "./redis/client.ts";
import { Keys } from "./redis/keys.ts";
import { Link } from "./redis/link.ts";
import { RedisStore } from "./redis/store.ts";
import { type Assurance, Terms } from "./redis/terms.ts";

export interface RedisOptions {
  /** `redis://HOST:PORT`, `rediss://` for TLS, with user, password and database where there are any. */
  readonly url?: string;
  /** The URL leads to one node of a Redis Cluster. */
  readonly cluster?: boolean;
  /** Instead of a URL: a client that is connected. Who made it closes it, and hears its errors. */
  readonly client?: Redis | Cluster;
  /** What each key begins with; `sluice:` by default. */
  readonly prefix?: string;
  /** How long a writer counts as alive after it was last heard of, milliseconds; 10,000 by default. */
  readonly leaseMs?: number;
  /** How many replicas have to hold a takeover before it counts, so that a failover does not lose it; none by default. */
  readonly replicas?: number;
  /** Hears of troubles that stop nothing. */
  readonly logger?: Logger;
}

/** All that processes share. */
export type RedisBackend = Backend & Required<Pick<Backend, "bus" | "quotas">>;

const DEFAULT_URL = "redis://127.0.0.1:6379";
const LEASE_MS = 10_000;

/** A restart or a failover of Redis is waited out. */
const COMMIT_PATIENCE_MS = 15_000;

/** Opens a Redis of version 7.0 or newer. Many processes may share it. */
export async function redis(options: RedisOptions): Promise<RedisBackend> {
  const { url = DEFAULT_URL, cluster = false, prefix = "sluice:", leaseMs = LEASE_MS, replicas = 0, logger } = options;
  const client = options.client ?? (await connect(url, cluster));
  if (options.client !== undefined) await assertFit(client);
  const policy = await evictionOf(client);
  if (policy !== "noeviction")
    logger?.warn({ policy }, "When its memory is full, this Redis may drop streams that are needed.");
  const link = new Link(client);
  const keys = new Keys(prefix);
  const second = replicas === 0 ? undefined : secondOf(client);
  const assurance: Assurance | undefined = second && { replicas, link: new Link(second) };
  const records = new RedisRecords(client, prefix);
  const blobs = new RedisBlobs(client, prefix);
  const bus = new RedisBus(client, prefix);
  const quotas = redisQuotas({ redis: client, prefix, ...(logger !== undefined && { logger }) });
  return {
    store: new RedisStore(link, keys, new Terms(link, keys, leaseMs, assurance)),
    records,
    blobs,
    bus,
    quotas,
    limits: { commitPatienceMs: COMMIT_PATIENCE_MS },
    async close() {
      await Promise.all([bus, records, blobs, quotas].map((part) => part.close()));
      second?.disconnect();
      if (options.client === undefined) await leave(client);
    },
  };
}

/** What was asked before is answered first, where Redis answers at all. */
async function leave(client: Redis | Cluster): Promise<void> {
  await client.quit().catch(() => {});
  client.disconnect();
}
