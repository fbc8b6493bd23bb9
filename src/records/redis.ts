import type { Cluster, Redis } from "ioredis";
import { parseCursor, pageOf } from "../cursor.ts";
import { digestOf } from "../ids.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { RecordKey, RecordPage, Records, StoredRecord } from "../records.ts";
import { expectVersion } from "./expect-version.ts";

/** Keys: document, list. Arguments: expected version or "", now, JSON, milliseconds to keep it or "", its place were it new. */
const PUT = `
local version, at, place = unpack(redis.call('HMGET', KEYS[1], 'version', 'at', 'place'))
version = tonumber(version or '0')
if ARGV[1] ~= '' and tonumber(ARGV[1]) ~= version then return {version} end
at = at or ARGV[2]
place = place or ARGV[5]
redis.call('HSET', KEYS[1], 'version', version + 1, 'at', at, 'place', place, 'json', ARGV[3])
if ARGV[4] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
redis.call('ZADD', KEYS[2], 0, place)
return {version + 1, at}`;

const DELETE = `
local place = redis.call('HGET', KEYS[1], 'place')
if not place then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], place)
return 1`;

/** Documents as hashes, and one sorted set for each owner's list: the keys of one collection and owner share a hash slot. */
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
    const { document, list } = await this.#keysOf(key);
    // By the difference: whose clock is right, the caller's or that of Redis, is not to matter.
    const keptMs = expiresAt === undefined ? "" : Math.max(1, expiresAt - now);
    const given = [ifVersion ?? "", now, JSON.stringify(value), keptMs, placeAt(now, key.id)];
    const answer = await this.#client.eval(PUT, 2, document(key.id), list, ...given);
    const [version, createdAt] = answer as [number, string?];
    if (createdAt === undefined) expectVersion(ifVersion, version);
    return { id: key.id, version, createdAt: Number(createdAt), value };
  }

  async delete(key: RecordKey): Promise<boolean> {
    const { document, list } = await this.#keysOf(key);
    return (await this.#client.eval(DELETE, 2, document(key.id), list)) === 1;
  }

  async list(query: { collection: string; owner: string; cursor?: string; limit: number }): Promise<RecordPage> {
    const { document, list } = await this.#keysOf(query);
    const from = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    let below = from === undefined ? "+" : `(${placeAt(from.createdAt, from.id)}`;
    const found: StoredRecord[] = [];
    while (found.length <= query.limit) {
      const most = query.limit + 1;
      const places = await this.#client.zrange(list, below, "-", "BYLEX", "REV", "LIMIT", 0, most);
      const records = await Promise.all(places.map((place) => this.#read(document(idAt(place)), idAt(place))));
      for (const [index, record] of records.entries()) {
        if (record !== undefined) found.push(record);
        // It has expired (R5).
        else await this.#client.zrem(list, places[index]!);
      }
      if (places.length < most) break;
      below = `(${places.at(-1)!}`;
    }
    return pageOf(found.slice(0, query.limit + 1), query.limit, (record) => record);
  }

  async close(): Promise<void> {}

  async #read(document: string, id: string): Promise<StoredRecord | undefined> {
    const [version, at, json] = await this.#client.hmget(document, "version", "at", "json");
    if (json === undefined || json === null) return undefined;
    return { id, version: Number(version), createdAt: Number(at), value: JSON.parse(json) as JsonObject };
  }

  async #keysOf({ collection, owner }: Pick<RecordKey, "collection" | "owner">): Promise<OwnerKeys> {
    const place = `${this.#prefix}{records:${await digestOf([collection, owner])}}:`;
    return { list: `${place}list`, document: (id) => `${place}document:${id}` };
  }
}

interface OwnerKeys {
  readonly list: string;
  readonly document: (id: string) => string;
}

/** A place in a list: by creation, among equals by id. */
function placeAt(createdAt: number, id: string): string {
  return `${String(createdAt).padStart(PLACE_DIGITS, "0")}#${id}`;
}

function idAt(place: string): string {
  return place.slice(PLACE_DIGITS + 1);
}

const PLACE_DIGITS = 16;
