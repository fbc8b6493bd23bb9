import type { Clock } from "../clock.ts";
import type { Held, Quotas, Room } from "../quotas.ts";

/** One key of a room. */
export interface Spot {
  readonly room: Room;
  readonly key: string;
}

/** Renewals in the time that a place is kept. */
const ROUNDS = 3;

/** The places that holders in this process have; renewed as long as they have them (Q5). */
export class Places {
  readonly #quotas: Quotas;
  readonly #clock: Clock;
  readonly #held = new Map<string, { readonly spot: Spot; readonly holders: Set<string> }>();
  readonly #leaving = new Set<Promise<void>>();
  #stopTimer: (() => void) | undefined;

  constructor(quotas: Quotas, clock: Clock) {
    this.#quotas = quotas;
    this.#clock = clock;
  }

  /** Takes a place, or finds the one that the holder has. */
  async take(spot: Spot, holder: string): Promise<Held> {
    const answer = await this.#quotas.hold(spot.room, spot.key, holder);
    if (answer.held) this.#keep(spot, holder);
    return answer;
  }

  /** The holder is done. */
  async free(spot: Spot, holder: string): Promise<void> {
    this.forget(spot, holder);
    const leaving = this.#quotas.free(spot.room, spot.key, holder);
    this.#leaving.add(leaving);
    await leaving.finally(() => this.#leaving.delete(leaving));
  }

  /** Resolves when every place that was given up is free. */
  async settled(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  /** Another process looks after the holder from now on. */
  forget(spot: Spot, holder: string): void {
    const name = nameOf(spot);
    const held = this.#held.get(name);
    if (held?.holders.delete(holder) !== true || held.holders.size > 0) return;
    this.#held.delete(name);
    if (this.#held.size > 0) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  #keep(spot: Spot, holder: string): void {
    const name = nameOf(spot);
    const held = this.#held.get(name);
    if (held === undefined) this.#held.set(name, { spot, holders: new Set([holder]) });
    else held.holders.add(holder);
    if (this.#stopTimer === undefined) this.#renewLater(spot.room.keepMs / ROUNDS);
  }

  #renewLater(ms: number): void {
    this.#stopTimer = this.#clock.after(ms, () => {
      for (const { spot, holders } of this.#held.values()) {
        void this.#quotas.renew(spot.room, spot.key, [...holders]);
      }
      this.#renewLater(ms);
    });
  }
}

export function nameOf({ room, key }: Spot): string {
  return `${room.name} ${key}`;
}
