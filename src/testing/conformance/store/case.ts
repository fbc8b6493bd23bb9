import type { Store } from "../../../store.ts";

/** What a store may be unable to do, as long as it says why. */
export type StoreFeature =
  /** It outlives its process. */
  | "reopen"
  /** It knows at opening which streams lost their writer. */
  | "abandoned"
  /** It goes by leases, since it cannot know which writers are dead (S13). */
  | "leases"
  /** Its processes renew and release the leases of what they write (S14). */
  | "renewal"
  /** `rememberCancel` for a request that is here already cancels its stream. */
  | "lateEarlyCancel";

/** One case of the suite, on a store of its own. */
export interface StoreCase {
  readonly title: string;
  readonly feature?: StoreFeature;
  run(place: StorePlace): Promise<void>;
}

/** The store of one case. */
export interface StorePlace {
  readonly store: Store;
  /** Gives the store as it is after a restart; the former one is closed. */
  reopen(): Promise<Store>;
}
