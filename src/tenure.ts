import type { Clock } from "./clock.ts";
import { SKEW_MS } from "./principal.ts";

/** How far ahead of its end a principal's client is told. */
const NOTICE_MS = 60_000;

/** What a tenure tells. */
export interface TenureEvents {
  /** It ends at this time, epoch milliseconds. */
  expiring(expiresAt: number): void;
  expired(): void;
}

/**
 * How long a connection's principal holds: its client is told once, 60 s before the end, and the end comes 5 s after it.
 */
export class Tenure {
  readonly #clock: Clock;
  readonly #events: TenureEvents;
  #stop: () => void = () => {};
  /** The last end that was told of. */
  #told: number | undefined;

  constructor(clock: Clock, events: TenureEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** Begins anew; without an end it holds for ever. */
  renew(expiresAt: number | undefined): void {
    this.#stop();
    if (expiresAt === undefined) return;
    this.#at(expiresAt - NOTICE_MS, () => {
      this.#at(expiresAt + SKEW_MS, () => this.#events.expired());
      // A client that shows the same token again knows it.
      if (this.#told === expiresAt) return;
      this.#told = expiresAt;
      this.#events.expiring(expiresAt);
    });
  }

  stop(): void {
    this.#stop();
  }

  /** A clock may call early, where the time is further off than its timers reach. */
  #at(time: number, callback: () => void): void {
    const left = time - this.#clock.now();
    if (left <= 0) callback();
    else this.#stop = this.#clock.after(left, () => this.#at(time, callback));
  }
}
