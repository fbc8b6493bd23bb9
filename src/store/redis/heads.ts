import { type HeadItem, type Opening, keepMs, newFields, newHead, readFields } from "./head.ts";
import type { Keys } from "./keys.ts";
import type { Link } from "./link.ts";

/** The heads of all streams. */
export class Heads {
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #leaseMs: number;

  constructor(link: Link, keys: Keys, leaseMs: number) {
    this.#link = link;
    this.#keys = keys;
    this.#leaseMs = leaseMs;
  }

  async read(streamId: string): Promise<HeadItem | undefined> {
    return readFields(await this.#link.ask((redis) => redis.hgetall(this.#keys.stream(streamId).head)));
  }

  /** Makes the stream; gives the head that stands there, whoever made it. */
  async make(opening: Opening, cancelled: boolean): Promise<HeadItem> {
    const { claim, stream, startJson } = opening;
    const { head, log } = this.#keys.stream(stream.streamId);
    const fields = newFields(opening, cancelled, this.#leaseMs);
    const args = [claim, keepMs(stream), stream.createdAt, startJson, ...fields];
    const made = await this.#link.run("create", head, log, ...args);
    if (made === 1) return { head: newHead(opening, cancelled, this.#leaseMs), claim, forgetAt: undefined };
    const item = await this.read(stream.streamId);
    if (item === undefined) throw new Error("A stream was forgotten while it was asked for.");
    return item;
  }
}
