import type { Blobs } from "./blobs.ts";
import type { Records } from "./records.ts";
import type { Store } from "./store.ts";

/** All that one back end keeps: streams, small documents and uploads. */
export interface Backend {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  /** Closes the three of them, and what they share. */
  close(): Promise<void>;
}
