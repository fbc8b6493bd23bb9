import { type Clock, systemClock } from "../clock.ts";
import type { Held, Quotas, Rate, Room } from "../quotas.ts";
import { Windows } from "../windows.ts";

/** The numbers of one process; they end with it. */
export function memoryQuotas(clock: Clock = systemClock): Quotas {
  return new MemoryQuotas(clock);
}

class MemoryQuotas implements Quotas {
  readonly #clock: Clock;
  readonly #windows: Windows;
  /** By room and key, until when each holder has its place; those who hold it longest first. */
  readonly #rooms = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#windows = new Windows(clock);
  }

  async spend(rate: Rate, key: string): Promise<number> {
    return this.#windows.spend(nameOf(rate, key), rate.points, rate.windowMs);
  }

  async charge(rate: Rate, key: string, points: number): Promise<void> {
    this.#windows.charge(nameOf(rate, key), points, rate.windowMs);
  }

  async exhausted(rate: Rate, key: string): Promise<number> {
    return this.#windows.exhausted(nameOf(rate, key), rate.points);
  }

  async hold(room: Room, key: string, holder: string): Promise<Held> {
    const now = this.#clock.now();
    const name = nameOf(room, key);
    const places = this.#rooms.get(name) ?? new Map<string, number>();
    for (const [other, until] of places) if (until <= now) places.delete(other);
    if (!places.has(holder) && places.size >= room.most) return { held: false, by: places.keys().next().value ?? "" };
    places.set(holder, now + room.keepMs);
    this.#rooms.set(name, places);
    return { held: true };
  }

  async renew(room: Room, key: string, holders: readonly string[]): Promise<void> {
    const name = nameOf(room, key);
    const places = this.#rooms.get(name) ?? new Map<string, number>();
    for (const holder of holders) places.set(holder, this.#clock.now() + room.keepMs);
    this.#rooms.set(name, places);
  }

  async free(room: Room, key: string, holder: string): Promise<void> {
    const name = nameOf(room, key);
    const places = this.#rooms.get(name);
    if (places?.delete(holder) === true && places.size === 0) this.#rooms.delete(name);
  }

  async close(): Promise<void> {}
}

function nameOf({ name }: Rate | Room, key: string): string {
  return `${name} ${key}`;
}
