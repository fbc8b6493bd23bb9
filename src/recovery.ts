import type { Intake } from "./intake.ts";
import { interrupt } from "./interruption.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";

/** A run that has outlived so many processes may be what ended them: it is not tried again. */
const MOST_WRITERS = 8;

/** Looks after the runs whose process died: each is ended as `interrupted`, or goes on here (law 5). */
export class Recovery {
  readonly #services: Services;
  readonly #intake: Intake;
  /** Until when nobody counts as dead. */
  #doubtUntil = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(services: Services, intake: Intake) {
    this.#services = services;
    this.#intake = intake;
  }

  /** Looks for all that are known to be dead. */
  async run(): Promise<void> {
    const { store, clock, hasApp } = this.#services;
    const dead = await store.abandoned(clock.now());
    if (this.#inDoubt) return;
    // A store may be shared with others, who look after their own.
    for (const head of dead) if (hasApp.call(this.#services, head.app)) await this.#recover(head);
  }

  /** The stream's head as it is now; where its writer's lease has run out, its run is looked after first (S13). */
  async check(head: StreamHead): Promise<StreamHead> {
    const { store, clock } = this.#services;
    const { state, leaseUntil } = head;
    if (state !== "running" || leaseUntil === undefined || leaseUntil > clock.now() || this.#inDoubt) return head;
    await this.#recover(head);
    return (await store.head(head.streamId)) ?? head;
  }

  /** Looks after nothing any more: others do. */
  close(): void {
    this.#closed = true;
  }

  /** The store was not to be reached: leases may have run out only because their writers could not reach it either. */
  doubt(): void {
    const { store, clock } = this.#services;
    this.#doubtUntil = clock.now() + (store.leases?.ms ?? 0);
  }

  get #inDoubt(): boolean {
    return this.#closed || this.#services.clock.now() < this.#doubtUntil;
  }

  async #recover(head: StreamHead): Promise<void> {
    if (head.epochs.length < MOST_WRITERS && (await this.#intake.goOn(head))) return;
    await interrupt(this.#services, head);
  }
}
