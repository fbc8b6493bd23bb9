import { type Cursor, byNewest, pageOf, parseCursor } from "../../cursor.ts";
import type { HeadPage, ListQuery, NewStream, StreamHead } from "../../store.ts";
import { type HeadItem, keepMs } from "./head.ts";
import type { Heads } from "./heads.ts";
import { MISSING_MS } from "./due.ts";
import { type Keys, idAt, placeAt, timeAt } from "./keys.ts";
import type { Link } from "./link.ts";

/**
 * The lists of each scope: all its streams, and those that run. A stream comes in before it is made, and leaves the running ones after
 * it has ended, at the latest when somebody finds it there: what its head says holds.
 */
export class Lists {
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #heads: Heads;

  constructor(link: Link, keys: Keys, heads: Heads) {
    this.#link = link;
    this.#keys = keys;
    this.#heads = heads;
  }

  async add(stream: NewStream): Promise<void> {
    const { all, running } = (await this.#keys.scope(stream.scope)).lists(stream.app);
    await this.#link.run("enlist", all, running, placeOf(stream), keepMs(stream));
  }

  /** The stream was never made. */
  async remove(stream: NewStream): Promise<void> {
    const { all, running } = (await this.#keys.scope(stream.scope)).lists(stream.app);
    await Promise.all([all, running].map((key) => this.#link.ask((redis) => redis.zrem(key, placeOf(stream)))));
  }

  /** The stream runs no more. */
  async ended(streamId: string): Promise<void> {
    const item = await this.#heads.read(streamId);
    if (item === undefined) return;
    const { running } = (await this.#keys.scope(item.head.scope)).lists(item.head.app);
    await this.#link.ask((redis) => redis.zrem(running, placeOf(item.head)));
  }

  /** Of a stream that was never made, or has gone by itself; one that is being made is not there yet either. */
  async #forget(key: string, place: string): Promise<void> {
    if (timeAt(place) + MISSING_MS <= Date.now()) await this.#link.ask((redis) => redis.zrem(key, place));
  }

  async page({ app, scope, state, cursor, limit }: ListQuery): Promise<HeadPage> {
    const from = cursor === undefined ? undefined : parseCursor(cursor);
    const lists = (await this.#keys.scope(scope)).lists(app);
    const key = state === "running" ? lists.running : lists.all;
    const found: StreamHead[] = [];
    let below = from === undefined ? "+" : `(${placeAt(from.createdAt, from.id)}`;
    while (found.length <= limit) {
      const places = await this.#link.ask((redis) =>
        redis.zrange(key, below, "-", "BYLEX", "REV", "LIMIT", 0, limit + 1),
      );
      const items = await Promise.all(places.map((place) => this.#heads.read(idAt(place))));
      for (const [index, item] of items.entries()) {
        if (item === undefined) await this.#forget(key, places[index]!);
        if (item === undefined || !stands(item, app, scope, places[index]!)) continue;
        if (state === undefined || (item.head.state === "running") === (state === "running")) found.push(item.head);
        else if (state === "running") await this.#link.ask((redis) => redis.zrem(key, places[index]!));
      }
      if (places.length <= limit) break;
      below = `(${places.at(-1)!}`;
    }
    const { items, ...next } = pageOf(found.toSorted(inOrder).slice(0, limit + 1), limit, cursorOf);
    return { heads: items, ...next };
  }
}

/** Whether a stream belongs where a list has it: of an `open` that was refused, a place may have been left behind. */
function stands({ head }: HeadItem, app: string, scope: string, place: string): boolean {
  return !head.gone && head.app === app && head.scope === scope && placeOf(head) === place;
}

export function placeOf({ createdAt, streamId }: Pick<NewStream, "createdAt" | "streamId">): string {
  return placeAt(createdAt, streamId);
}

function inOrder(left: StreamHead, right: StreamHead): number {
  return byNewest(cursorOf(left), cursorOf(right));
}

function cursorOf({ createdAt, streamId }: StreamHead): Cursor {
  return { createdAt, id: streamId };
}
