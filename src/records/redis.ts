import type { Cluster, Redis } from "ioredis";
import { parseCursor, pageOf } from "../cursor.ts";
import { digestOf } from "../ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { RecordKey, RecordPage, Records, StoredRecord } from "../records.ts";
import { idAt, placeAt } from "../store/redis/keys.ts";
import { tellClearly } from "../store/redis/trouble.ts";
import { expectVersion } from "./expect-version.ts";

/** Places that one call takes out of a list at most; each put adds one. */
const TIDIED = 100;

/**
 * Takes what has expired out of a list (R5). A list of nothing but what expires does so itself, with the last of it: there are
 * collections that nobody ever lists.
 */
const TIDY = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function tidy(list, due)
  local stale = redis.call('ZRANGE', due, '-inf', string.format('(%.0f', now), 'BYSCORE', 'LIMIT', 0, ${TIDIED})
  if #stale > 0 then
    redis.call('ZREM', list, unpack(stale))
    redis.call('ZREM', due, unpack(stale))
  end
  local last = redis.call('ZRANGE', due, 0, 0, 'REV', 'WITHSCORES')[2]
  local ends = last and redis.call('ZCARD', list) == redis.call('ZCARD', due)
  for _, key in ipairs({list, due}) do
    if ends then redis.call('PEXPIREAT', key, last) else redis.call('PERSIST', key) end
  end
end`;

/** Keys: list, due, document. Arguments: expected version or "", now, JSON, milliseconds to keep it or "", its place were it new. */
const PUT = `${TIDY}
local version, at, place = unpack(redis.call('HMGET', KEYS[3], 'version', 'at', 'place'))
version = tonumber(version or '0')
if ARGV[1] ~= '' and tonumber(ARGV[1]) ~= version then return {version} end
at = at or ARGV[2]
place = place or ARGV[5]
redis.call('HSET', KEYS[3], 'version', version + 1, 'at', at, 'place', place, 'json', ARGV[3])
redis.call('ZADD', KEYS[1], 0, place)
if ARGV[4] == '' then
  redis.call('PERSIST', KEYS[3])
  redis.call('ZREM', KEYS[2], place)
else
  local ends = string.format('%.0f', now + ARGV[4])
  redis.call('PEXPIREAT', KEYS[3], ends)
  redis.call('ZADD', KEYS[2], ends, place)
end
tidy(KEYS[1], KEYS[2])
return {version + 1, at}`;

/** Keys: list, due, document. */
const DELETE = `${TIDY}
local place = redis.call('HGET', KEYS[3], 'place')
if not place then return 0 end
redis.call('DEL', KEYS[3])
redis.call('ZREM', KEYS[1], place)
redis.call('ZREM', KEYS[2], place)
tidy(KEYS[1], KEYS[2])
return 1`;

/** Keys: list, due. */
const SWEEP = `${TIDY}
tidy(KEYS[1], KEYS[2])`;

/**
 * Documents as hashes; for each owner's list a sorted set by creation, and one that says when which of it expires. The keys of one
 * collection and owner share a hash slot.
 */
export class RedisRecords implements Records {
  readonly #client: Redis | Cluster;
  readonly #prefix: string;

  constructor(client: Redis | Cluster, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async get(key: RecordKey): Promise<StoredRecord | undefined> {
    const { document } = await this.#keysOf(key);
    return this.#read(document(key.id), key.id);
  }

  async put(
    key: RecordKey,
    value: JsonObject,
    { now, ifVersion, expiresAt }: { now: number; ifVersion?: number; expiresAt?: number },
  ): Promise<StoredRecord> {
    const { document, list, due } = await this.#keysOf(key);
    // By the difference: whose clock is right, the caller's or that of Redis, is not to matter.
    const keptMs = expiresAt === undefined ? "" : Math.max(1, Math.ceil(expiresAt - now));
    const given = [ifVersion ?? "", now, JSON.stringify(value), keptMs, placeAt(now, key.id)];
    const answer = await this.#ask((redis) => redis.eval(PUT, 3, list, due, document(key.id), ...given));
    const [version, createdAt] = answer as [number, string?];
    if (createdAt === undefined) expectVersion(ifVersion, version);
    return { id: key.id, version, createdAt: Number(createdAt), value };
  }

  async delete(key: RecordKey): Promise<boolean> {
    const { document, list, due } = await this.#keysOf(key);
    return (await this.#ask((redis) => redis.eval(DELETE, 3, list, due, document(key.id)))) === 1;
  }

  async list(query: { collection: string; owner: string; cursor?: string; limit: number }): Promise<RecordPage> {
    const { document, list, due } = await this.#keysOf(query);
    const from = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    let below = from === undefined ? "+" : `(${placeAt(from.createdAt, from.id)}`;
    const found: StoredRecord[] = [];
    let stale = false;
    while (found.length <= query.limit) {
      const most = query.limit + 1;
      const places = await this.#ask((redis) => redis.zrange(list, below, "-", "BYLEX", "REV", "LIMIT", 0, most));
      const records = await Promise.all(places.map((place) => this.#read(document(idAt(place)), idAt(place))));
      // One that was put anew after its time has a new place: the old one is stale.
      const live = records.filter((record, index) => record && placeAt(record.createdAt, record.id) === places[index]);
      found.push(...(live as StoredRecord[]));
      stale ||= live.length < places.length;
      if (places.length < most) break;
      below = `(${places.at(-1)!}`;
    }
    if (stale) await this.#ask((redis) => redis.eval(SWEEP, 2, list, due));
    return pageOf(found.slice(0, query.limit + 1), query.limit, (record) => record);
  }

  async close(): Promise<void> {}

  #ask<Answer>(question: (redis: Redis | Cluster) => Promise<Answer>): Promise<Answer> {
    return question(this.#client).catch(tellClearly);
  }

  async #read(document: string, id: string): Promise<StoredRecord | undefined> {
    const [version, at, json] = await this.#ask((redis) => redis.hmget(document, "version", "at", "json"));
    if (json === undefined || json === null) return undefined;
    return { id, version: Number(version), createdAt: Number(at), value: JSON.parse(json) as JsonObject };
  }

  async #keysOf({ collection, owner }: Pick<RecordKey, "collection" | "owner">): Promise<OwnerKeys> {
    const place = `${this.#prefix}{records:${await digestOf([collection, owner])}}:`;
    return { list: `${place}list`, due: `${place}due`, document: (id) => `${place}document:${id}` };
  }
}

interface OwnerKeys {
  readonly list: string;
  readonly due: string;
  readonly document: (id: string) => string;
}
