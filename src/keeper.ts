import type { Recovery } from "./recovery.ts";
import type { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import type { Leases } from "./store.ts";

/** So many times in a lease. A run is renewed in the second round after it fell silent, at the latest. */
const ROUNDS = 4;

/**
 * Where the store goes by leases (S13, S14): renews those of the runs here that have nothing to store, and looks for the runs of
 * processes that died. Neither waits for the other: a house full of dead runs must not cost the living ones their leases.
 */
export class Keeper {
  readonly #services: Services;
  readonly #runs: Runs;
  readonly #recovery: Recovery;
  readonly #stops = new Set<() => void>();
  #stopped = false;

  constructor(services: Services, runs: Runs, recovery: Recovery) {
    this.#services = services;
    this.#runs = runs;
    this.#recovery = recovery;
  }

  begin(): void {
    const { leases } = this.#services.store;
    if (leases === undefined) return;
    this.#again(leases, () => this.#runs.renewSilent(leases));
    this.#again(leases, () => this.#recovery.run());
  }

  stop(): void {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
  }

  #again(leases: Leases, work: () => Promise<void>): void {
    if (this.#stopped) return;
    const stop = this.#services.clock.after(leases.ms / ROUNDS, () => {
      this.#stops.delete(stop);
      void this.#try(work).then(() => this.#again(leases, work));
    });
    this.#stops.add(stop);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#recovery.doubt();
      this.#services.logger.warn({ err: thrown }, "the leases cannot be looked after");
    }
  }
}
