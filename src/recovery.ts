import type { Intake } from "./intake.ts";
import { interrupt } from "./interruption.ts";
import type { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import { UnderWay } from "./under-way.ts";

/** A run that has had so many writers may be what ended them: it is not tried again. Every takeover counts, whatever its reason. */
const MOST_WRITERS = 8;

/** So many are looked after at once. */
const AT_ONCE = 16;

/** Looks after the runs whose process died: each is ended as `interrupted`, or goes on here (law 5). */
export class Recovery {
  readonly #services: Services;
  readonly #intake: Intake;
  readonly #runs: Runs;
  readonly #underWay = new UnderWay();
  /** Until when nobody counts as dead. */
  #doubtUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(services: Services, intake: Intake, runs: Runs) {
    this.#services = services;
    this.#intake = intake;
    this.#runs = runs;
  }

  /** Looks for all that are known to be dead. Rejects where the store cannot say; one that cannot be helped is left for the next time. */
  async run(): Promise<void> {
    const { store, clock } = this.#services;
    const dead = await store.abandoned(clock.now());
    // A store may be shared with others, who look after their own.
    const waiting = dead.filter(({ app }) => this.#services.hasApp(app));
    const next = async (): Promise<void> => {
      for (let head = waiting.shift(); head !== undefined; head = waiting.shift()) await this.#tryToRecover(head);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  /** The stream's head as it is now; where its writer's lease has run out, its run is looked after first (S13). */
  async check(head: StreamHead): Promise<StreamHead> {
    const { store } = this.#services;
    if (!this.#isDead(head)) return head;
    await this.#recover(head);
    return (await store.head(head.streamId)) ?? head;
  }

  /** Looks after nothing any more: others do. Resolves when what was under way is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#underWay.settled();
  }

  /** The store was not to be reached: leases may have run out only because their writers could not reach it either. */
  doubt(): void {
    const { store, clock } = this.#services;
    this.#doubtUntil = clock.now() + (store.leases?.ms ?? 0);
  }

  #isDead({ state, leaseUntil }: StreamHead): boolean {
    const now = this.#services.clock.now();
    if (this.#closed || now < this.#doubtUntil || state !== "running") return false;
    return leaseUntil !== undefined && leaseUntil <= now;
  }

  async #tryToRecover(found: StreamHead): Promise<void> {
    const { store, logger } = this.#services;
    const { streamId, leaseUntil } = found;
    if (this.#closed) return;
    try {
      // Where there are leases, one may have been renewed since the list was made.
      const head = leaseUntil === undefined ? found : await store.head(streamId);
      if (head !== undefined && (leaseUntil === undefined || this.#isDead(head))) await this.#recover(head);
    } catch (thrown) {
      logger.error({ err: thrown, streamId }, "a dead run cannot be looked after");
    }
  }

  #recover(head: StreamHead): Promise<void> {
    return this.#underWay.add(this.#bringToAnEnd(head));
  }

  async #bringToAnEnd(head: StreamHead): Promise<void> {
    const { store, clock } = this.#services;
    // Whoever stood still for a while finds runs of its own.
    if (this.#runs.epochOf(head.streamId) === head.epochs.length) {
      await store.leases?.renew(head.streamId, head.epochs.length, clock.now());
      return;
    }
    if (head.epochs.length < MOST_WRITERS && (await this.#intake.goOn(head))) return;
    await interrupt(this.#services, head);
    await this.#intake.forget(head);
  }
}
