import type { Clock } from "./clock.ts";
import type { Hub } from "./hub.ts";

/** A stream that may end when nobody watches it. */
export interface Unwatched {
  readonly streamId: string;
  /** For how long. */
  readonly ms: number;
  /** Whether somebody follows it in another process. */
  readonly elsewhere: () => Promise<boolean>;
  readonly abandoned: () => void;
}

/**
 * Calls back once when nobody has followed the stream for `ms`, counted from now where nobody does yet. A follower that comes in
 * time stops the count, and it begins anew when the last one leaves. Gives the way to stop watching.
 */
export function whenUnwatched(hub: Hub, clock: Clock, { streamId, ms, elsewhere, abandoned }: Unwatched): () => void {
  let stopTimer = (): void => {};
  let stopped = false;
  const over = async (): Promise<void> => {
    // Where that cannot be known, nobody's answer is cut off.
    const watched = await elsewhere().catch(() => true);
    if (stopped || hub.watching(streamId) > 0) return;
    if (watched) count();
    else abandoned();
  };
  const count = (): void => {
    stopTimer();
    if (hub.watching(streamId) === 0) stopTimer = clock.after(ms, () => void over());
  };
  const stopAttending = hub.attend(streamId, count);
  count();
  return () => {
    stopped = true;
    stopAttending();
    stopTimer();
  };
}
