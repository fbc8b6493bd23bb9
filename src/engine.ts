import { type Allowances, type Price, fullAllowances } from "./steward/allowance.ts";
import { Catalog } from "./catalog.ts";
import { Committer } from "./committer.ts";
import { Connection, type Link } from "./connection.ts";
import { DeliveryReports } from "./delivery-reports.ts";
import type { Gateway } from "./gateway.ts";
import type { Launcher } from "./launcher.ts";
import { Ledger } from "./ledger.ts";
import { createMetrics } from "./metrics.ts";
import { Inspection } from "./inspection.ts";
import { SluiceError } from "./protocol/errors.ts";
import { Intake } from "./intake.ts";
import { Keeper } from "./keeper.ts";
import type { Quotas } from "./quotas.ts";
import { Recovery } from "./recovery.ts";
import { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import type { Source } from "./source.ts";
import { Steward } from "./steward.ts";
import type { StreamHead } from "./store.ts";
import { Tickets } from "./tickets.ts";
import { Views } from "./views.ts";

/** What a host composes: the systems, and an implementation of each contract. */
export interface EngineParts extends Omit<
  Services,
  "metrics" | "ledger" | "steward" | "inspection" | "alive" | "hasApp" | "gateway" | "sourceOf"
> {
  readonly gateways: Readonly<Record<string, Gateway>>;
  /** The model that answers for an app. */
  readonly source: (app: string) => Source;
  readonly quotas: Quotas;
  /** What principals and tenants may use. */
  readonly allowances?: Allowances;
  /** The app that shows what goes on here (`operations`), and is not shown itself; absent: none does. */
  readonly inspectedBy?: string;
}

/** The gateways of one process at work. Every transport of every host meets at `accept`. */
export class Engine implements Services {
  readonly store: Services["store"];
  readonly records: Services["records"];
  readonly blobs: Services["blobs"];
  readonly hub: Services["hub"];
  readonly clock: Services["clock"];
  readonly logger: Services["logger"];
  readonly limits: Services["limits"];
  readonly bus?: NonNullable<Services["bus"]>;
  readonly launcher?: Launcher;
  readonly tracing?: NonNullable<Services["tracing"]>;
  readonly interrupted?: NonNullable<Services["interrupted"]>;
  readonly inspection?: Inspection;
  readonly metrics: Services["metrics"];
  readonly ledger: Ledger;
  readonly steward: Steward;
  readonly runs: Runs;
  readonly intake: Intake;
  readonly catalog: Catalog;
  readonly tickets: Tickets;
  readonly deliveryReports: DeliveryReports;
  readonly #gateways: Readonly<Record<string, Gateway>>;
  readonly #source: (app: string) => Source;
  readonly #prices: NonNullable<Allowances["prices"]>;
  readonly #recovery: Recovery;
  readonly #keeper: Keeper;
  #draining = false;
  #stopSweeping: () => void = () => {};
  #stopListening: () => void = () => {};

  constructor({ gateways, source, quotas, inspectedBy, ...services }: EngineParts) {
    const allowances = fullAllowances(services.allowances ?? {}, services.limits);
    this.#prices = allowances.prices;
    this.#gateways = gateways;
    this.metrics = createMetrics(Object.keys(gateways));
    this.#source = source;
    this.store = services.store;
    this.records = services.records;
    this.blobs = services.blobs;
    this.hub = services.hub;
    this.clock = services.clock;
    this.logger = services.logger;
    this.limits = services.limits;
    if (services.bus !== undefined) this.bus = services.bus;
    if (services.tracing !== undefined) this.tracing = services.tracing;
    if (services.launcher !== undefined) this.launcher = services.launcher;
    if (services.interrupted !== undefined) this.interrupted = services.interrupted;
    this.ledger = new Ledger(this);
    const views = new Views(this);
    this.runs = new Runs(this, new Committer(this), views);
    this.steward = new Steward(this, { quotas, allowances, cancel: (streamId) => this.runs.cancel(streamId) });
    this.intake = new Intake(this, this.runs);
    this.catalog = new Catalog(this, this.runs, this.intake, views);
    if (inspectedBy !== undefined) this.inspection = new Inspection(this, this.runs, this.catalog, inspectedBy);
    this.#recovery = new Recovery(this, this.intake, this.runs);
    this.#keeper = new Keeper(this, this.runs, this.#recovery);
    this.#stopListening =
      services.bus?.subscribe((streamId) => {
        if (!this.runs.heard(streamId)) views.heard(streamId);
      }) ?? (() => {});
    this.tickets = new Tickets(this.records, this.clock);
    this.deliveryReports = new DeliveryReports(this, this.catalog);
  }

  get apps(): string[] {
    return Object.keys(this.#gateways);
  }

  hasApp(app: string): boolean {
    return Object.hasOwn(this.#gateways, app);
  }

  gateway(app: string): Gateway {
    if (!this.hasApp(app)) throw new SluiceError("not_found", "There is no such app.");
    return this.#gateways[app]!;
  }

  sourceOf(app: string): Source {
    return this.#source(app);
  }

  /** Of the model that answers for an app. */
  priceOf(app: string): Price | undefined {
    return this.#prices[app] ?? this.#prices[this.#source(app).modelId];
  }

  alive(head: StreamHead): Promise<StreamHead> {
    return this.#recovery.check(head);
  }

  /** The one entry: a client link of any transport becomes a connection. */
  accept(link: Link): Connection {
    return new Connection(this, this.intake, this.catalog, link);
  }

  /** Ends what dead processes left behind (law 5), then keeps the store tidy. Call before the first connection. */
  async start(): Promise<void> {
    await this.#recovery.run();
    this.#keeper.begin();
    this.#sweepLater();
  }

  /**
   * Takes no new runs, gives running ones `graceMs`, and ends the rest, or leaves them to others; then all usage is recorded. The
   * stores stay open.
   */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    this.inspection?.close();
    this.#stopSweeping();
    await this.#recovery.close();
    await this.intake.close();
    await this.runs.drain(graceMs);
    this.#keeper.stop();
    this.#stopListening();
    await Promise.all([this.ledger.settled(), this.steward.settled()]);
  }

  #sweepLater(): void {
    if (this.#draining) return;
    this.#stopSweeping = this.clock.after(this.limits.sweepMs, () => {
      void this.sweep().then(() => this.#sweepLater());
    });
  }

  /** Ends what dead processes left behind, and removes what is past its time. */
  async sweep(): Promise<void> {
    try {
      await this.#recovery.run();
      const now = this.clock.now();
      await this.store.sweep(now, this.limits.forgetMs);
      await this.blobs.sweep(now);
      await this.deliveryReports.settle();
    } catch (thrown) {
      this.logger.error({ err: thrown }, "sweeping failed");
    }
  }
}
