import type { StreamHead } from "../../store.ts";
import type { Composition } from "./composition.ts";

/**
 * The viewers of a stream whose worker died: how far they were served is known to nobody any more. Their links are ended, so that
 * their clients come back with their own offsets, and read how it ended.
 */
export async function releaseViewers(
  { engine, roster, connections, posts }: Composition,
  { streamId, app }: StreamHead,
  epoch: number,
): Promise<void> {
  const news = await roster.look(streamId, epoch, engine.clock.now());
  for (const entry of news?.entries ?? []) {
    const known = await connections.get(app, entry.connectionId);
    if (known !== undefined) await posts.line(known.callbackUrl, entry.connectionId).hangUp();
    await roster.leave(streamId, entry);
  }
}
