import { Jobs } from "./jobs.ts";
import type { Logger } from "./logger.ts";
import type { Services } from "./services.ts";
import { UnderWay } from "./under-way.ts";

/** A run that is over in this process. */
export interface Past {
  readonly app: string;
  readonly streamId: string;
  /** Of its writer. */
  readonly epoch: number;
  /** It was left to whoever takes it over. */
  readonly left: boolean;
  /** Its cancel was asked for here, and is not stored. */
  readonly cancelled: boolean;
  readonly log: Logger;
}

/** What is still to be done when a run is over here. */
export class Aftermath {
  readonly #services: Services;
  readonly #jobs: Jobs;
  readonly #underWay = new UnderWay();

  constructor(services: Services) {
    this.#services = services;
    this.#jobs = new Jobs(services.records);
  }

  /** Resolves when all of it is done. */
  settled(): Promise<void> {
    return this.#underWay.settled();
  }

  /** Its stream has ended: nobody goes on with it any more. */
  forget({ app, streamId, log }: Past): void {
    this.#track(this.#jobs.drop(app, streamId), log, "a job that is done stays until its time is over");
  }

  /**
   * Its stream goes on without it. Where nobody has that yet, since it was left, or since the store has lost what its writer wrote
   * last (law 4), its lease ends here. A cancel that came here is for whoever has the stream now (law 6).
   */
  handOver(past: Past): void {
    this.#track(this.#handOver(past), past.log, "a stream cannot be handed over");
  }

  async #handOver({ streamId, epoch, left, cancelled }: Past): Promise<void> {
    const { store, clock, bus } = this.#services;
    if (cancelled) await store.requestCancel(streamId);
    const head = await store.head(streamId);
    const isNobodys = head?.state === "running" && head.epochs.length === epoch && store.leases !== undefined;
    if (isNobodys) await store.leases.release(streamId, epoch, clock.now());
    if (cancelled || isNobodys) bus?.publish(streamId);
    if (isNobodys && !left) await this.#services.alive({ ...head, leaseUntil: clock.now() });
  }

  #track(work: Promise<void>, log: Logger, trouble: string): void {
    void this.#underWay.add(work.catch((thrown: unknown) => log.error({ err: thrown }, trouble)));
  }
}
