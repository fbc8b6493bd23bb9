import type { Services } from "./services.ts";
import type { StoredEvent } from "./store.ts";

/** All events that stand in the stream now, one read of the store after another. */
export async function* entriesOf(
  { store, limits }: Pick<Services, "store" | "limits">,
  streamId: string,
): AsyncGenerator<StoredEvent> {
  let last: StoredEvent | undefined;
  for (;;) {
    const entries = await store.read(streamId, last, limits.readBytes);
    if (entries.length === 0) return;
    yield* entries;
    last = entries.at(-1);
  }
}
