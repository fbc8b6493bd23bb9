import type { Blobs } from "./blobs.ts";
import type { Bus } from "./bus.ts";
import type { Limits } from "./limits.ts";
import type { Quotas } from "./quotas.ts";
import type { Records } from "./records.ts";
import type { Store } from "./store.ts";

/** All that one back end keeps: streams, small documents and uploads. */
export interface Backend {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  /** Where several processes share it. */
  readonly bus?: Bus;
  /** The numbers that several processes share; absent: each counts by itself. */
  readonly quotas?: Quotas;
  /** What it asks of the numbers that nobody sets otherwise. */
  readonly limits?: Partial<Limits>;
  /** Closes all of them, and what they share. */
  close(): Promise<void>;
}
