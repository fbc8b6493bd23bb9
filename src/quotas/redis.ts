import type { Cluster, Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Logger } from "../logger.ts";
import type { Held, Quotas, Rate, Room } from "../quotas.ts";

export interface RedisQuotasOptions {
  readonly redis: Redis | Cluster;
  /** What all keys begin with; `sluice:` by default. */
  readonly prefix?: string;
  readonly logger?: Logger;
  /** Longest wait for an answer of Redis, milliseconds; 500 by default. */
  readonly patienceMs?: number;
}

/**
 * Numbers shared through Redis. A rate is a counter that expires; a room is a sorted set of its holders, by the time until
 * which each has its place. Each command touches one key, so that a cluster may keep them anywhere.
 */
export function redisQuotas(options: RedisQuotasOptions): Quotas {
  return new RedisQuotas(options);
}

/** ARGV: milliseconds to keep, most, holder. Gives nil where it has a place, else one who has. Scores are end times. */
const HOLD = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local known = redis.call('ZSCORE', KEYS[1], ARGV[3])
if not known and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then
  return redis.call('ZRANGE', KEYS[1], 0, 0)[1] or ''
end
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return nil`;

/** ARGV: milliseconds to keep, holders. */
const RENEW = `
local time = redis.call('TIME')
local ending = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
for i = 2, #ARGV do redis.call('ZADD', KEYS[1], ending, ARGV[i]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return nil`;

/** Holders that one script renews: Redis serves nobody else meanwhile. */
const RENEWED_AT_ONCE = 500;
/** Troubles that come closer together than this are one, and one line in the log. */
const QUIET_MS = 10_000;

class RedisQuotas implements Quotas {
  readonly #redis: Redis | Cluster;
  readonly #prefix: string;
  readonly #logger: Logger | undefined;
  readonly #patienceMs: number;
  readonly #limiters = new Map<string, RateLimiterRedis>();
  #troubleAt = Number.NEGATIVE_INFINITY;

  constructor({ redis, prefix = "sluice:", logger, patienceMs = 500 }: RedisQuotasOptions) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#logger = logger;
    this.#patienceMs = patienceMs;
  }

  async spend(rate: Rate, key: string): Promise<number> {
    try {
      await this.#soon(this.#limiter(rate).consume(key));
      return 0;
    } catch (thrown) {
      if (thrown instanceof RateLimiterRes) return Math.max(1, thrown.msBeforeNext);
      this.#trouble(thrown);
      return 0;
    }
  }

  async charge(rate: Rate, key: string, points: number): Promise<void> {
    await this.#ask(() => this.#limiter(rate).penalty(key, points), undefined);
  }

  async exhausted(rate: Rate, key: string): Promise<number> {
    const used = await this.#ask(() => this.#limiter(rate).get(key), null);
    return used === null || used.consumedPoints < rate.points ? 0 : Math.max(1, used.msBeforeNext);
  }

  async hold(room: Room, key: string, holder: string): Promise<Held> {
    const by = await this.#command((redis) =>
      redis.eval(HOLD, 1, this.#key(room, key), room.keepMs, room.most, holder),
    );
    return by === undefined || by === null ? { held: true } : { held: false, by: String(by) };
  }

  async renew(room: Room, key: string, holders: readonly string[]): Promise<void> {
    for (let from = 0; from < holders.length; from += RENEWED_AT_ONCE) {
      const some = holders.slice(from, from + RENEWED_AT_ONCE);
      await this.#command((redis) => redis.eval(RENEW, 1, this.#key(room, key), room.keepMs, ...some));
    }
  }

  async free(room: Room, key: string, holder: string): Promise<void> {
    await this.#command((redis) => redis.zrem(this.#key(room, key), holder));
  }

  /** The connection is its owner's to close. */
  async close(): Promise<void> {}

  #key({ name }: Room, key: string): string {
    return `${this.#prefix}room:${name}:${key}`;
  }

  /** Counts in this process alone where Redis cannot be reached, and refuses a key that is used up without asking it. */
  #limiter({ name, points, windowMs }: Rate): RateLimiterRedis {
    this.#reachable();
    const known = this.#limiters.get(name);
    if (known?.points === points && known.duration === windowMs / 1000) return known;
    const shape = { keyPrefix: `${this.#prefix}rate:${name}`, points, duration: windowMs / 1000 };
    const limiter = new RateLimiterRedis({
      ...shape,
      storeClient: this.#redis,
      rejectIfRedisNotReady: true,
      inMemoryBlockOnConsumed: points,
      insuranceLimiter: new RateLimiterMemory(shape),
    });
    this.#limiters.set(name, limiter);
    return limiter;
  }

  /** Sends nothing that would wait for Redis to come back; undefined where there is no answer. */
  async #command(send: (redis: Redis | Cluster) => Promise<unknown>): Promise<unknown> {
    if (this.#reachable()) return this.#ask(() => send(this.#redis), undefined);
    return undefined;
  }

  #reachable(): boolean {
    const reachable = this.#redis.status === "ready";
    if (!reachable) this.#trouble(new Error("Redis cannot be reached."));
    return reachable;
  }

  async #ask<Answer>(ask: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
    try {
      return await this.#soon(ask());
    } catch (thrown) {
      this.#trouble(thrown);
      return otherwise;
    }
  }

  /** Rejects where the answer takes too long. */
  async #soon<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error("Redis does not answer.")), this.#patienceMs);
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #trouble(thrown: unknown): void {
    const now = Date.now();
    if (now - this.#troubleAt > QUIET_MS)
      this.#logger?.warn({ reason: String(thrown) }, "quotas are counted in this process alone");
    this.#troubleAt = now;
  }
}
