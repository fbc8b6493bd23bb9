import type { Clock } from "./clock.ts";
import { ownerName } from "./context.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { Usage } from "./protocol/events.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { RecordKey, Records, StoredRecord } from "./records.ts";
import { addUsage } from "./usage.ts";

/** The collection of the daily accounts; a record's id is its day (UTC), `YYYY-MM-DD`. */
export const USAGE_COLLECTION = "usage";

/** What one principal used on one day. */
export interface Account extends Usage {
  /** Runs that ended on that day. */
  readonly runs: number;
}

interface LedgerParts {
  readonly records: Records;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** So often another writer may be first before an entry is given up. */
const MOST_ATTEMPTS = 20;

/**
 * Adds up what ended runs used, per principal and day, among the principal's own records. Runs do not wait for it: entries
 * of one account gather while a write is under way, and go into the next. What cannot be written is logged.
 */
export class Ledger {
  readonly #services: LedgerParts;
  /** By account, what waits to be written. */
  readonly #waiting = new Map<string, { readonly key: RecordKey; readonly sum: Account }>();
  readonly #writing = new Map<string, Promise<void>>();

  constructor(services: LedgerParts) {
    this.#services = services;
  }

  /** A run of this owner (a principal's id, or "" for anonymous) has ended; `usage` is undefined where none is known. */
  add(app: string, owner: string, usage: Usage | undefined): void {
    const { clock, metrics } = this.#services;
    if (usage !== undefined) {
      const tokens = (metrics.tokens[app] ??= { input: 0, output: 0 });
      tokens.input += usage.inputTokens;
      tokens.output += usage.outputTokens;
    }
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    const key = { collection: USAGE_COLLECTION, owner: ownerName(app, owner), id: day };
    const name = `${day} ${key.owner}`;
    const entry = { runs: 1, inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 };
    this.#waiting.set(name, { key, sum: sumOf(this.#waiting.get(name)?.sum, entry) });
    if (!this.#writing.has(name)) this.#writing.set(name, this.#write(name));
  }

  /** Resolves when nothing waits to be written. */
  async settled(): Promise<void> {
    while (this.#writing.size > 0) await Promise.all(this.#writing.values());
  }

  async #write(name: string): Promise<void> {
    const { clock, logger } = this.#services;
    // What else ends in this turn shares the write.
    await new Promise<void>((resolve) => clock.turn(resolve));
    for (let next = this.#waiting.get(name); next !== undefined; next = this.#waiting.get(name)) {
      this.#waiting.delete(name);
      try {
        await this.#put(next.key, next.sum);
      } catch (thrown) {
        logger.error({ err: thrown, owner: next.key.owner, ...next.sum }, "usage was not recorded");
      }
    }
    this.#writing.delete(name);
  }

  async #put(key: RecordKey, sum: Account): Promise<void> {
    const { records, clock } = this.#services;
    for (let attempt = 1; ; attempt += 1) {
      const former = await records.get(key);
      const ifVersion = former?.version ?? 0;
      try {
        await records.put(key, { ...sumOf(accountOf(former), sum) }, { now: clock.now(), ifVersion });
        return;
      } catch (thrown) {
        const late = thrown instanceof SluiceError && thrown.code === "conflict";
        if (!late || attempt === MOST_ATTEMPTS) throw thrown;
      }
    }
  }
}

function accountOf(record: StoredRecord | undefined): Account | undefined {
  return record?.value as Account | undefined;
}

function sumOf(former: Account | undefined, more: Account): Account {
  return { runs: (former?.runs ?? 0) + more.runs, ...addUsage(former, more) };
}
