import type { Hub, Wakeable } from "../hub.ts";

export function localHub(): Hub {
  const followers = new Map<string, Set<Wakeable>>();
  /** Only of streams whose runs care; most do not. */
  const attendants = new Map<string, () => void>();
  return {
    follow(streamId, follower) {
      const known = followers.get(streamId);
      if (known !== undefined) {
        known.add(follower);
        return;
      }
      followers.set(streamId, new Set([follower]));
      attendants.get(streamId)?.();
    },
    unfollow(streamId, follower) {
      const known = followers.get(streamId);
      if (known === undefined || !known.delete(follower) || known.size > 0) return;
      followers.delete(streamId);
      attendants.get(streamId)?.();
    },
    moved(streamId) {
      for (const follower of followers.get(streamId) ?? []) follower.wake();
    },
    watching: (streamId) => followers.get(streamId)?.size ?? 0,
    attend(streamId, changed) {
      attendants.set(streamId, changed);
      return () => void attendants.delete(streamId);
    },
    async close() {
      followers.clear();
      attendants.clear();
    },
  };
}
