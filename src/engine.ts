import type { Blobs } from "./blobs.ts";
import { Catalog } from "./catalog.ts";
import type { Clock } from "./clock.ts";
import { Committer } from "./committer.ts";
import { Connection, type Link } from "./connection.ts";
import type { Gateway } from "./gateway.ts";
import type { Hub } from "./hub.ts";
import type { Limits } from "./limits.ts";
import type { Logger } from "./logger.ts";
import { type Metrics, createMetrics } from "./metrics.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { Records } from "./records.ts";
import { recover } from "./recovery.ts";
import { Runs } from "./runs.ts";
import type { Source } from "./source.ts";
import type { Store } from "./store.ts";

/** What a host composes: the systems, and an implementation of each contract. */
export interface EngineParts {
  readonly gateways: Readonly<Record<string, Gateway>>;
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: Limits;
  /** The model that answers for an app. */
  readonly source: (app: string) => Source;
}

/** The gateways of one process at work. Every transport of every host meets at `accept`. */
export class Engine implements Omit<EngineParts, "gateways" | "source"> {
  readonly store: Store;
  readonly records: Records;
  readonly blobs: Blobs;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly committer: Committer;
  readonly runs: Runs;
  readonly catalog: Catalog;
  readonly #parts: EngineParts;
  #stopSweeping: () => void = () => {};

  constructor(parts: EngineParts) {
    this.#parts = parts;
    ({
      store: this.store,
      records: this.records,
      blobs: this.blobs,
      hub: this.hub,
      clock: this.clock,
      logger: this.logger,
      limits: this.limits,
    } = parts);
    this.metrics = createMetrics();
    this.committer = new Committer(this);
    this.runs = new Runs(this);
    this.catalog = new Catalog(this);
  }

  get apps(): string[] {
    return Object.keys(this.#parts.gateways);
  }

  hasApp(app: string): boolean {
    return Object.hasOwn(this.#parts.gateways, app);
  }

  gateway(app: string): Gateway {
    if (!this.hasApp(app)) throw new SluiceError("not_found", "There is no such app.");
    return this.#parts.gateways[app]!;
  }

  sourceOf(app: string): Source {
    return this.#parts.source(app);
  }

  /** The one entry: a client link of any transport becomes a connection. */
  accept(link: Link): Connection {
    return new Connection(this, link);
  }

  /** Ends what dead processes left behind (law 5), then keeps the store tidy. Call before the first connection. */
  async start(): Promise<void> {
    await recover(this);
    this.#sweepLater();
  }

  /** Takes no new runs, gives running ones `graceMs`, and ends the rest. The stores stay open. */
  async drain(graceMs: number): Promise<void> {
    this.#stopSweeping();
    await this.runs.drain(graceMs);
  }

  #sweepLater(): void {
    this.#stopSweeping = this.clock.after(this.limits.sweepMs, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    try {
      const now = this.clock.now();
      await this.store.sweep(now, this.limits.forgetMs);
      await this.blobs.sweep(now);
    } catch (thrown) {
      this.logger.error({ err: thrown }, "sweeping failed");
    }
    this.#sweepLater();
  }
}
