import type { Link } from "./link.ts";
import type { Timers } from "./timers.ts";

const FIRST_MS = 60_000;
const CAP_MS = 600_000;
const DIAL_MS = 10_000;

export interface UpgradeParts {
  readonly timers: Timers;
  /** Dials by the best way. */
  readonly dial: () => Promise<Link | undefined>;
  /** It is open, and passes what is sent: the connection goes on with it. */
  readonly adopt: (link: Link) => void;
}

/** While the connection goes by a lesser way, tries the best one beside it: after a minute, and then ever more seldom. */
export class Upgrade {
  readonly #parts: UpgradeParts;
  #pause = FIRST_MS;
  #stopTimer: () => void = () => {};
  #trial: Link | undefined;
  #turn = 0;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
  }

  /** Begins to wait, unless it does already. */
  later(): void {
    this.stop();
    this.#stopTimer = this.#parts.timers.after(this.#pause, () => void this.#try());
    this.#pause = Math.min(CAP_MS, this.#pause * 2);
  }

  stop(): void {
    this.#turn += 1;
    this.#stopTimer();
    this.#trial?.release();
    this.#trial = undefined;
  }

  async #try(): Promise<void> {
    const turn = this.#turn;
    const { timers, dial, adopt } = this.#parts;
    const link = await dial();
    if (turn !== this.#turn) return link?.release();
    if (link === undefined) return this.later();
    this.#trial = link;
    this.#stopTimer = timers.after(DIAL_MS, () => link.lose("no connection"));
    link.events = {
      opened: () => link.ping(),
      alive: () => {
        this.#trial = undefined;
        this.stop();
        this.#pause = FIRST_MS;
        adopt(link);
      },
      received: () => {},
      lost: () => this.later(),
    };
  }
}
