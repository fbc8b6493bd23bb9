import type { Recovery } from "./recovery.ts";
import type { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import type { Leases } from "./store.ts";

/** So many times in a lease. A run is renewed in the second round after it fell silent, at the latest. */
const ROUNDS = 4;

/**
 * Where the store goes by leases (S13, S14): renews those of the runs here that have nothing to store, and looks for the runs of
 * processes that died.
 */
export class Keeper {
  readonly #services: Services;
  readonly #runs: Runs;
  readonly #recovery: Recovery;
  #stop: () => void = () => {};
  #stopped = false;

  constructor(services: Services, runs: Runs, recovery: Recovery) {
    this.#services = services;
    this.#runs = runs;
    this.#recovery = recovery;
  }

  begin(): void {
    const { leases } = this.#services.store;
    if (leases !== undefined) this.#later(leases);
  }

  stop(): void {
    this.#stopped = true;
    this.#stop();
  }

  #later(leases: Leases): void {
    if (this.#stopped) return;
    this.#stop = this.#services.clock.after(leases.ms / ROUNDS, () => {
      void this.#round(leases).then(() => this.#later(leases));
    });
  }

  async #round(leases: Leases): Promise<void> {
    try {
      await this.#runs.renewSilent(leases);
      await this.#recovery.run();
    } catch (thrown) {
      this.#recovery.doubt();
      this.#services.logger.warn({ err: thrown }, "the leases cannot be looked after");
    }
  }
}
