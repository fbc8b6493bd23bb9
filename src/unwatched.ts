import type { Clock } from "./clock.ts";
import type { Hub } from "./hub.ts";

/**
 * Calls back once when nobody has followed the stream here for `ms`, counted from now where nobody does yet. A follower that
 * comes in time stops the count, and it begins anew when the last one leaves. Gives the way to stop watching.
 */
export function whenUnwatched(hub: Hub, clock: Clock, streamId: string, ms: number, abandoned: () => void): () => void {
  let stopTimer = (): void => {};
  const count = (): void => {
    stopTimer();
    if (hub.watching(streamId) === 0) stopTimer = clock.after(ms, abandoned);
  };
  const stopAttending = hub.attend(streamId, count);
  count();
  return () => {
    stopAttending();
    stopTimer();
  };
}
