import type { Transport } from "./connection-state.ts";
import { Link } from "./link.ts";
import type { SocketLike } from "./socket.ts";
import type { Timers } from "./timers.ts";

const FIRST_MS = 60_000;
const CAP_MS = 600_000;
const DIAL_MS = 10_000;

export interface UpgradeParts {
  readonly timers: Timers;
  /** Opens a socket by that way. */
  readonly dial: (transport: Transport, token: string | undefined) => SocketLike | Promise<SocketLike>;
  readonly token: () => string | undefined | Promise<string | undefined>;
  /** It is open, and passes what is sent: the connection goes on with it. */
  readonly adopt: (link: Link) => void;
}

/** While the connection goes by a lesser way, tries the best one beside it: after a minute, and then ever more seldom. */
export class Upgrade {
  readonly #parts: UpgradeParts;
  #pause = FIRST_MS;
  #triedAt = 0;
  #stopTimer: () => void = () => {};
  #trial: Link | undefined;
  #turn = 0;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
  }

  /** Tries that way after a pause. */
  later(better: Transport): void {
    const { timers } = this.#parts;
    this.stop();
    if (timers.now() - this.#triedAt > CAP_MS) this.#pause = FIRST_MS;
    this.#stopTimer = timers.after(this.#pause, () => void this.#try(better));
  }

  stop(): void {
    this.#turn += 1;
    this.#stopTimer();
    this.#trial?.release();
    this.#trial = undefined;
  }

  async #try(better: Transport): Promise<void> {
    const turn = this.#turn;
    const { timers, dial, token, adopt } = this.#parts;
    this.#triedAt = timers.now();
    this.#pause = Math.min(CAP_MS, this.#pause * 2);
    try {
      const socket = await dial(better, await token());
      if (turn !== this.#turn) return socket.close();
      const link = new Link(socket, timers, {
        opened: () => link.ping(),
        alive: () => {
          this.#trial = undefined;
          this.stop();
          adopt(link);
        },
        received: () => {},
        lost: () => this.later(better),
      });
      this.#trial = link;
      this.#stopTimer = timers.after(DIAL_MS, () => link.lose("no connection"));
    } catch {
      if (turn === this.#turn) this.later(better);
    }
  }
}
