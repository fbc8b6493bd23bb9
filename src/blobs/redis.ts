import type { Cluster, Redis } from "ioredis";
import type { BlobMeta, Blobs, StoredBlob } from "../blobs.ts";
import { digestOf, randomId } from "../ids.ts";
import { tellClearly } from "../store/redis/trouble.ts";
import { limited } from "./limited.ts";

/** An upload that makes no progress for so long is given up, and removed. */
const UNFINISHED_MS = 600_000;

/** What nobody sweeps goes so long after its time, by the clock of Redis. */
const BACKSTOP_MS = 86_400_000;

/** Blobs that one sweep removes. */
const SWEPT = 100;

/** Key: where it is put. Arguments: a piece, and how long it is waited for the next. */
const ADD = `
redis.call('RPUSH', KEYS[1], ARGV[1])
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** Keys: where it was put, where it goes. Arguments: until when it is kept, how long for nothing, and its pieces. */
const FINISH = `
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[3]) then return 0 end
redis.call('RENAME', KEYS[1], KEYS[2])
local now = redis.call('TIME')[1] * 1000
redis.call('PEXPIREAT', KEYS[2], string.format('%.0f', math.max(tonumber(ARGV[1]), now) + ARGV[2]))
return 1`;

/**
 * Uploads as lists of Redis: what is known of one, then its bytes in pieces. Every node reads them. They live in memory there, as all
 * else does: where uploads are many and large, a bucket is the better place.
 */
export class RedisBlobs implements Blobs {
  readonly #client: Redis | Cluster;
  readonly #prefix: string;

  constructor(client: Redis | Cluster, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async put(
    { id, owner, mediaType, expiresAt }: BlobMeta,
    bytes: AsyncIterable<Uint8Array>,
    maxBytes: number,
  ): Promise<number> {
    const place = await this.#placeOf(owner, id);
    const unfinished = `${place}:${randomId()}`;
    let length = 0;
    let pieces = 1;
    try {
      await this.#add(unfinished, JSON.stringify({ mediaType, expiresAt }));
      for await (const piece of limited(bytes, maxBytes)) {
        length += piece.byteLength;
        pieces += 1;
        await this.#add(unfinished, Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength));
      }
      await this.#ask((redis) => redis.zadd(this.#due, expiresAt, place));
      const whole = await this.#ask((redis) =>
        redis.eval(FINISH, 2, unfinished, place, expiresAt, BACKSTOP_MS, pieces),
      );
      // Redis was away meanwhile, and has not kept all of it.
      if (whole === 0) throw new Error("Parts of an upload were lost on their way.");
      return length;
    } catch (thrown) {
      // Where this fails too, its time removes it.
      await this.#ask((redis) => redis.unlink(unfinished)).catch(() => {});
      throw thrown;
    }
  }

  async get(owner: string, id: string, now: number): Promise<StoredBlob | undefined> {
    const place = await this.#placeOf(owner, id);
    const [meta, ...pieces] = await this.#ask((redis) => redis.lrangeBuffer(place, 0, -1));
    if (meta === undefined) return undefined;
    const { mediaType, expiresAt } = JSON.parse(meta.toString("utf8")) as Pick<BlobMeta, "mediaType" | "expiresAt">;
    if (expiresAt <= now) return undefined;
    return { id, owner, mediaType, expiresAt, bytes: new Uint8Array(Buffer.concat(pieces)) };
  }

  async delete(owner: string, id: string): Promise<boolean> {
    const place = await this.#placeOf(owner, id);
    await this.#ask((redis) => redis.zrem(this.#due, place));
    return (await this.#ask((redis) => redis.unlink(place))) > 0;
  }

  async sweep(now: number): Promise<void> {
    for (;;) {
      const places = await this.#ask((redis) => redis.zrangebyscore(this.#due, "-inf", now, "LIMIT", 0, SWEPT));
      for (const place of places) {
        await this.#ask((redis) => redis.unlink(place));
        await this.#ask((redis) => redis.zrem(this.#due, place));
      }
      if (places.length < SWEPT) return;
    }
  }

  async close(): Promise<void> {}

  #ask<Answer>(question: (redis: Redis | Cluster) => Promise<Answer>): Promise<Answer> {
    return question(this.#client).catch(tellClearly);
  }

  async #add(key: string, piece: string | Buffer): Promise<void> {
    await this.#ask((redis) => redis.eval(ADD, 1, key, piece, UNFINISHED_MS));
  }

  /** What is kept, by when it may go. */
  get #due(): string {
    return `${this.#prefix}blobs`;
  }

  /** Whatever owner and id are, they make a key; what is on its way beside it shares its hash slot. */
  async #placeOf(owner: string, id: string): Promise<string> {
    return `${this.#prefix}{blob:${await digestOf([owner, id])}}`;
  }
}
