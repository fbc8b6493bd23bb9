import type { Append } from "../store.ts";
import type { LoggedEvent } from "./portion.ts";

/** Where a stream stands, as far as an append is judged by it. */
export interface Standing {
  readonly epochs: readonly number[];
  /** Seq of the last stored event. */
  readonly seq: number;
}

/**
 * Whether `append` may be a repetition of the stream's last one (S5): it has the present epoch, its events would be the
 * last ones stored, and all of them lie in that epoch's part. Whether they are the same is left to `holdsSame`.
 */
export function mayRepeat(append: Append, { epochs, seq }: Standing): boolean {
  return (
    append.events.length > 0 &&
    append.epoch === epochs.length &&
    append.seq + append.events.length - 1 === seq &&
    append.seq >= epochs.at(-1)!
  );
}

/** Whether `stored`, the events from the append's seq on, are the append's own. */
export function holdsSame(append: Append, stored: readonly LoggedEvent[]): boolean {
  return stored.length === append.events.length && stored.every(({ json }, index) => json === append.events[index]);
}
