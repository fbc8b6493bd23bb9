import type { Limits } from "./limits.ts";
import type { Store, StoredEvent } from "./store.ts";

/** What it takes to read a stream. */
export interface Shelf {
  readonly store: Store;
  readonly limits: Pick<Limits, "readBytes">;
}

/** All events that stand in the stream now, one read of the store after another. */
export async function* entriesOf({ store, limits }: Shelf, streamId: string): AsyncGenerator<StoredEvent> {
  let last: StoredEvent | undefined;
  for (;;) {
    const entries = await store.read(streamId, last, limits.readBytes);
    if (entries.length === 0) return;
    yield* entries;
    last = entries.at(-1);
  }
}
