import type { HeadItem } from "./head.ts";
import type { Heads } from "./heads.ts";
import { type Keys, SHARDS } from "./keys.ts";
import type { Link } from "./link.ts";

/** So many heads are read at once. */
const BATCH = 100;

/** A place whose stream is not there by then belongs to an `open` that was cut short, or to a stream that has gone by itself. */
export const MISSING_MS = 3_600_000;

/**
 * When each stream is to be looked at: its lease may have run out, its retention be over, its memory be dropped. A time here is a hint
 * that may be too early, and what the head says holds: who finds it so moves the place, and an append need not touch it.
 */
export class Due {
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #heads: Heads;

  constructor(link: Link, keys: Keys, heads: Heads) {
    this.#link = link;
    this.#keys = keys;
    this.#heads = heads;
  }

  /** The stream is to be looked at by `time`, or earlier. Without that it would go by itself after `keepMs`. */
  async add(streamId: string, time: number, keepMs: number): Promise<void> {
    await this.#link.run("due", this.#keys.dueOf(streamId), time, streamId, keepMs);
  }

  async remove(streamId: string): Promise<void> {
    await this.#link.ask((redis) => redis.zrem(this.#keys.dueOf(streamId), streamId));
  }

  /** The streams that are to be looked at by now, in batches. What runs longer, or is kept longer, gets its next time. */
  async *at(now: number): AsyncGenerator<readonly HeadItem[]> {
    let trouble: unknown;
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const key = this.#keys.due(shard);
      try {
        const places = await this.#link.ask((redis) => redis.zrangebyscore(key, "-inf", now, "WITHSCORES"));
        for (let from = 0; from < places.length; from += 2 * BATCH) {
          yield await this.#batch(key, places.slice(from, from + 2 * BATCH), now);
        }
      } catch (thrown) {
        // A node of a cluster may be away: what the others have is looked at all the same.
        trouble ??= thrown;
      }
    }
    if (trouble !== undefined) throw trouble;
  }

  async #batch(key: string, places: readonly string[], now: number): Promise<HeadItem[]> {
    const ids = places.filter((_, index) => index % 2 === 0);
    const items = await Promise.all(ids.map((id) => this.#heads.read(id)));
    const found: HeadItem[] = [];
    const moves: Promise<unknown>[] = [];
    for (const [index, item] of items.entries()) {
      const [id, time] = [ids[index]!, Number(places[2 * index + 1])];
      if (item === undefined) {
        if (time + MISSING_MS <= now) moves.push(this.#link.ask((redis) => redis.zrem(key, id)));
        continue;
      }
      const next = nextLook(item, now);
      if (next > now) moves.push(this.#link.run("move", key, time, next, id));
      // What is gone may not have been cleared wholly: it comes once more.
      if (next <= now || item.head.gone) found.push(item);
    }
    // Of a place that could not be moved nothing is lost: it is found again.
    await Promise.allSettled(moves);
    return found;
  }
}

/** When something may be to be done about a stream. One that runs may end at once, and its retention be over before its lease. */
function nextLook({ head, forgetAt }: HeadItem, now: number): number {
  if (forgetAt !== undefined) return forgetAt;
  if (head.state !== "running") return head.endedAt! + head.retentionMs;
  return Math.min(head.leaseUntil!, now + head.retentionMs);
}
