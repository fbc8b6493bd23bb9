import type { Bus } from "../bus.ts";
import type { Hub, Wakeable } from "../hub.ts";

/** The hub of one process; tells other nodes through the bus, if it has one. */
export function localHub(bus?: Bus): Hub {
  const followers = new Map<string, Set<Wakeable>>();
  const wake = (streamId: string): void => {
    for (const follower of followers.get(streamId) ?? []) follower.wake();
  };
  const stopListening = bus?.subscribe(wake);
  return {
    follow(streamId, follower) {
      const known = followers.get(streamId);
      if (known === undefined) followers.set(streamId, new Set([follower]));
      else known.add(follower);
    },
    unfollow(streamId, follower) {
      const known = followers.get(streamId);
      known?.delete(follower);
      if (known?.size === 0) followers.delete(streamId);
    },
    moved(streamId) {
      wake(streamId);
      bus?.publish(streamId);
    },
    watching: (streamId) => followers.get(streamId)?.size ?? 0,
    async close() {
      stopListening?.();
      followers.clear();
    },
  };
}
