import type { Blobs } from "./blobs.ts";
import type { Bus } from "./bus.ts";
import type { Clock } from "./clock.ts";
import type { Gateway } from "./gateway.ts";
import type { Hub } from "./hub.ts";
import type { Inspection } from "./inspection.ts";
import type { Launcher } from "./launcher.ts";
import type { Ledger } from "./ledger.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Records } from "./records.ts";
import type { Source } from "./source.ts";
import type { Steward } from "./steward.ts";
import type { Store, StreamHead } from "./store.ts";
import type { Tracing } from "./tracing.ts";

/** What every part of the core finds at hand: the systems, and one implementation of each contract. */
export interface Services {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly hub: Hub;
  /** Wakes the other processes that share the store, where there are any. */
  readonly bus?: Bus;
  /** Begins the runs of this process's requests elsewhere; absent: they run here. */
  readonly launcher?: Launcher;
  /** Hears of a run that was ended because its process died, and of the epoch in which that was written. */
  readonly interrupted?: (head: StreamHead, epoch: number) => Promise<void>;
  /** Is told of runs and what they do; absent: nobody is. */
  readonly tracing?: Tracing;
  /** What an operator may see of all this; absent: nobody looks, and nothing is kept for it. */
  readonly inspection?: Inspection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly ledger: Ledger;
  readonly steward: Steward;
  /**
   * The stream's head as it is now. Where its writer is dead by its lease, its run is ended first, or goes on in another's hands
   * (law 5).
   */
  alive(head: StreamHead): Promise<StreamHead>;
  hasApp(app: string): boolean;
  /** The system of this name; throws `not_found`. */
  gateway(app: string): Gateway;
  /** The model that answers for an app. */
  sourceOf(app: string): Source;
}
