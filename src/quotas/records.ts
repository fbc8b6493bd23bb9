import { type Clock, systemClock } from "../clock.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Held, Quotas, Rate, Room } from "../quotas.ts";
import type { RecordKey, Records } from "../records.ts";

/**
 * Numbers shared through the records of a back end that has nothing quicker, one document for each (name, key). A change is a
 * read and a write, and the same again where another was first (R3): what changes many times a second does not belong here.
 * There is no clock but those of the processes; they may differ by much less than places are kept.
 */
export function recordsQuotas(records: Records, clock: Clock = systemClock, logger: Logger = silentLogger): Quotas {
  return new RecordsQuotas(records, clock, logger);
}

const COLLECTION = "quotas";
/** So often another may be first before one gives up, and gets what it asks for (Q8). */
const MOST_ATTEMPTS = 20;

/** A rate's document, and a room's: until when each holder has its place. */
type Window = { readonly used: number; readonly until: number };
type Places = Record<string, number>;

/** What a document becomes, undefined where it stays as it is; and what is answered. */
interface Change<Value, Answer> {
  readonly next: Value | undefined;
  readonly answer: Answer;
}

class RecordsQuotas implements Quotas {
  readonly #records: Records;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(records: Records, clock: Clock, logger: Logger) {
    this.#records = records;
    this.#clock = clock;
    this.#logger = logger;
  }

  async spend(rate: Rate, key: string): Promise<number> {
    return this.#change(keyOf(rate, key), 0, (former, now) => {
      const window = windowAt(rate, former, now);
      if (window.used >= rate.points) return { next: undefined, answer: window.until - now };
      return { next: { ...window, used: window.used + 1 }, answer: 0 };
    });
  }

  async charge(rate: Rate, key: string, points: number): Promise<void> {
    await this.#change(keyOf(rate, key), undefined, (former, now) => {
      const window = windowAt(rate, former, now);
      return { next: { ...window, used: window.used + points }, answer: undefined };
    });
  }

  async exhausted(rate: Rate, key: string): Promise<number> {
    return this.#change(keyOf(rate, key), 0, (former, now) => {
      const { used, until } = windowAt(rate, former, now);
      return { next: undefined, answer: used < rate.points ? 0 : until - now };
    });
  }

  async hold(room: Room, key: string, holder: string): Promise<Held> {
    return this.#change<Held>(keyOf(room, key), { held: true }, (former, now) => {
      const places = placesAt(former, now);
      const holders = Object.keys(places);
      const full = holders.length >= room.most && !holders.includes(holder);
      if (full) return { next: undefined, answer: { held: false, by: holders[0] ?? "" } };
      return { next: { ...places, [holder]: now + room.keepMs }, answer: { held: true } };
    });
  }

  async renew(room: Room, key: string, holders: readonly string[]): Promise<void> {
    await this.#change(keyOf(room, key), undefined, (former, now) => {
      const kept = holders.map((holder) => [holder, now + room.keepMs] as const);
      return { next: { ...placesAt(former, now), ...Object.fromEntries(kept) }, answer: undefined };
    });
  }

  async free(room: Room, key: string, holder: string): Promise<void> {
    await this.#change(keyOf(room, key), undefined, (former, now) => {
      const { [holder]: freed, ...others } = placesAt(former, now);
      return { next: freed === undefined ? undefined : others, answer: undefined };
    });
  }

  async close(): Promise<void> {}

  async #change<Answer>(
    key: RecordKey,
    otherwise: Answer,
    change: (former: JsonObject | undefined, now: number) => Change<Window | Places, Answer>,
  ): Promise<Answer> {
    try {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const now = this.#clock.now();
        const former = await this.#records.get(key);
        const { next, answer } = change(former?.value, now);
        if (next === undefined || (await this.#put(key, next, former?.version ?? 0, now))) return answer;
      }
      this.#logger.warn({ owner: key.owner, id: key.id }, "a quota is not counted: others were always first");
    } catch (thrown) {
      this.#logger.warn({ err: thrown, owner: key.owner, id: key.id }, "a quota cannot be counted");
    }
    return otherwise;
  }

  /** False where another was first. */
  async #put(key: RecordKey, value: Window | Places, ifVersion: number, now: number): Promise<boolean> {
    const expiresAt = Math.max(now, ...("used" in value ? [(value as Window).until] : Object.values(value)));
    try {
      await this.#records.put(key, { ...value }, { now, ifVersion, expiresAt });
      return true;
    } catch (thrown) {
      if (thrown instanceof SluiceError && thrown.code === "conflict") return false;
      throw thrown;
    }
  }
}

function windowAt({ windowMs }: Rate, former: JsonObject | undefined, now: number): Window {
  const window = former as Window | undefined;
  return window !== undefined && window.until > now ? window : { used: 0, until: now + windowMs };
}

/** Those who have a place now. */
function placesAt(former: JsonObject | undefined, now: number): Places {
  return Object.fromEntries(Object.entries((former ?? {}) as Places).filter(([, until]) => until > now));
}

function keyOf(count: Rate | Room, key: string): RecordKey {
  const kind = "most" in count ? "room" : "rate";
  return { collection: COLLECTION, owner: `quotas ${key}`, id: `${kind} ${count.name}` };
}
