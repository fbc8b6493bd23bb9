import type { RosterEntry } from "../../roster.ts";
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
  const release = async (entry: RosterEntry): Promise<void> => {
    const known = await connections.get(app, entry.connectionId);
    const released = known === undefined || (await posts.line(known.callbackUrl, entry.connectionId).hangUp());
    // Who could not be let go stays for the next sweep.
    if (released) await roster.leave(streamId, entry);
  };
  await Promise.all((news?.entries ?? []).map(release));
}
