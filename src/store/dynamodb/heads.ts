import type { HeadItem } from "./head.ts";
import { readHead } from "./head.ts";
import { headKey } from "./keys.ts";
import type { TableClient } from "./table-client.ts";

/**
 * The head items: those of the streams that are written here, as the last answer told them, and all others as the table says.
 * Once its lease may have run out, a stream may be written, ended and erased elsewhere: its head is known no longer.
 */
export class Heads {
  readonly #db: TableClient;
  /** In the order in which they were last heard of. */
  readonly #written = new Map<string, HeadItem>();
  readonly #listeners = new Map<string, Set<(item: HeadItem) => void>>();

  constructor(db: TableClient) {
    this.#db = db;
  }

  /** The head of a stream that is written here. */
  known(streamId: string): HeadItem | undefined {
    return this.#written.get(streamId);
  }

  async read(streamId: string): Promise<HeadItem | undefined> {
    const found = await this.#db.get(headKey(streamId));
    const item = found && readHead(found);
    const known = this.#written.get(streamId);
    if (known !== undefined && isPast(known, item)) this.forget(streamId);
    return item;
  }

  /** An answer to this process's own write. Answers may overtake each other: the head that is further on counts. */
  learn(streamId: string, item: HeadItem): HeadItem {
    const known = this.#written.get(streamId);
    if (item.head.state !== "running") this.#written.delete(streamId);
    else if (known === undefined || known.head.seq <= item.head.seq) {
      this.#written.delete(streamId);
      this.#written.set(streamId, item);
    }
    this.tell(streamId, item);
    return item;
  }

  forget(streamId: string): void {
    this.#written.delete(streamId);
  }

  /** It is `now` for somebody who writes or sweeps here: forgets those whose lease is over. */
  expire(now: number): void {
    for (const [streamId, { servesUntil }] of this.#written) {
      if (servesUntil > now) return;
      this.forget(streamId);
    }
  }

  /** Hears of each answer about this stream; gives the way to stop. */
  listen(streamId: string, listener: (item: HeadItem) => void): () => void {
    const others = this.#listeners.get(streamId) ?? new Set();
    this.#listeners.set(streamId, others.add(listener));
    return () => {
      others.delete(listener);
      if (others.size === 0 && this.#listeners.get(streamId) === others) this.#listeners.delete(streamId);
    };
  }

  tell(streamId: string, item: HeadItem): void {
    for (const listener of this.#listeners.get(streamId) ?? []) listener(item);
  }
}

/** Whether somebody else has the stream by now, or it has ended. */
function isPast(known: HeadItem, item: HeadItem | undefined): boolean {
  return item?.head.state !== "running" || item.head.epochs.length > known.head.epochs.length;
}
