import type { StreamHead } from "../../store.ts";
import { type HeadItem, readHead } from "./head.ts";
import { SHARDS, duePartition, headKey, placeAt } from "./keys.ts";
import { S, type TableClient } from "./table-client.ts";

/** The streams that something is due for: a lease that may have run out, a retention that is over, a memory to be dropped. */
export class Due {
  readonly #db: TableClient;

  constructor(db: TableClient) {
    this.#db = db;
  }

  /** Those that are due by now, as the table has them. */
  async *at(now: number): AsyncGenerator<HeadItem> {
    // What is due at this very time is below it.
    const place = placeAt(now + 1, "");
    for (let shard = 0; shard < SHARDS; shard += 1) {
      const pages = this.#db.query({
        index: "gsi2",
        keys: "gsi2pk = :shard AND gsi2sk < :place",
        values: { ":shard": S(duePartition(shard)), ":place": S(place) },
      });
      for await (const page of pages) {
        const items = await this.#db.whole(page);
        // An index may lag behind the table.
        yield* items.map(readHead).filter(({ due }) => due < place);
      }
    }
  }

  /** Nothing is due for the stream before that time, as long as it stays in its state. */
  async move({ streamId, state }: StreamHead, until: number): Promise<void> {
    await this.#db.update(headKey(streamId), "SET gsi2sk = :due", {
      condition: "#state = :state AND gone = :gone",
      names: { "#state": "state" },
      values: { ":due": S(placeAt(until, streamId)), ":state": S(state), ":gone": { BOOL: false } },
    });
  }
}
