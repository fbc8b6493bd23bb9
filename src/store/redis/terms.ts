import type { Keys } from "./keys.ts";
import type { Link } from "./link.ts";

/** How long a takeover waits for its replicas. */
const REPLICAS_MS = 500;

/** A running stream whose log is gone is gone itself; that is told for so long. */
const FORGET_MS = 7 * 86_400_000;

/** Where a takeover waits until so many replicas hold it: a connection of its own, since waiting holds up what is behind. */
export interface Assurance {
  readonly replicas: number;
  readonly link: Link;
}

/** The writers' terms: each is an epoch, and holds a lease. */
export class Terms {
  readonly leaseMs: number;
  readonly #link: Link;
  readonly #keys: Keys;
  readonly #assurance: Assurance | undefined;

  constructor(link: Link, keys: Keys, leaseMs: number, assurance: Assurance | undefined) {
    this.leaseMs = leaseMs;
    this.#link = link;
    this.#keys = keys;
    this.#assurance = assurance;
  }

  /**
   * Throws where the replicas asked for do not hold it in time. It has taken place then: the former writer is fenced, and the epoch,
   * which nobody writes in, is over with its lease. So an epoch that a failover may lose has no events.
   */
  async takeover(
    streamId: string,
    fromEpoch: number,
    now: number | undefined,
  ): Promise<{ epoch: number; seq: number } | undefined> {
    const { head, log } = this.#keys.stream(streamId);
    const lease = now === undefined ? "" : now + this.leaseMs;
    const gone = now === undefined ? ["", ""] : [now, now + FORGET_MS];
    const args = [head, log, fromEpoch, fromEpoch + 1, lease, ...gone];
    const begin = await (this.#assurance === undefined ? this.#link.run("takeover", ...args) : this.#assured(args));
    return begin === null ? undefined : { epoch: fromEpoch + 1, seq: Number(begin) };
  }

  async #assured(args: readonly (string | number)[]): Promise<unknown> {
    const { link, replicas } = this.#assurance!;
    const { answer, held } = await link.runHeld(replicas, REPLICAS_MS, "takeover", ...args);
    if (answer === null || held >= replicas) return answer;
    throw new Error(`A takeover was held by ${held} of the ${replicas} replicas asked for within ${REPLICAS_MS} ms.`);
  }

  async renew(streamId: string, epoch: number, now: number): Promise<{ cancel: boolean } | undefined> {
    const { head, log } = this.#keys.stream(streamId);
    const answer = await this.#link.run("renew", head, log, epoch, now + this.leaseMs);
    return answer === null ? undefined : { cancel: answer === 1 };
  }

  /** Whether the lease was this epoch's to release. */
  async release(streamId: string, epoch: number, now: number): Promise<boolean> {
    const { head, log } = this.#keys.stream(streamId);
    return (await this.#link.run("renew", head, log, epoch, now)) !== null;
  }
}
