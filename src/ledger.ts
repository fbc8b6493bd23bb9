import { type Price, costOf, tenantName } from "./steward/allowance.ts";
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

/** What one principal, or one tenant, used on one day. */
export interface Account extends Usage {
  /** Runs that ended on that day. */
  readonly runs: number;
  /** In the currency of the prices; absent where none was known. */
  readonly cost?: number;
}

interface LedgerParts {
  readonly records: Records;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Of the model that answers for an app. */
  readonly priceOf?: (app: string) => Price | undefined;
}

/** So often another writer may be first before an entry is given up. */
const MOST_ATTEMPTS = 20;

/**
 * Adds up what ended runs used, per principal, per tenant and day, among the principal's own records. Runs do not wait for it: entries
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

  /**
   * A run of this owner (a principal's id, or "" for anonymous), and of its tenant, has ended; `usage` is undefined where none is
   * known.
   */
  add(app: string, owner: string, usage: Usage | undefined, tenant?: string): void {
    const { metrics } = this.#services;
    const price = this.#services.priceOf?.(app);
    const { inputTokens, outputTokens } = usage ?? { inputTokens: 0, outputTokens: 0 };
    if (usage !== undefined) {
      const tokens = (metrics.tokens[app] ??= { input: 0, output: 0 });
      tokens.input += inputTokens;
      tokens.output += outputTokens;
    }
    const cost = price === undefined || usage === undefined ? {} : { cost: costOf(usage, price) };
    const entry: Account = { runs: 1, inputTokens, outputTokens, ...cost };
    this.#enter(ownerName(app, owner), entry);
    if (tenant !== undefined) this.#enter(tenantName(app, tenant), entry);
  }

  /** The present day's account of an owner of records, with what waits to be written. */
  async today(owner: string): Promise<Account | undefined> {
    const key = this.#keyOf(owner);
    const waiting = this.#waiting.get(nameOf(key))?.sum;
    const written = accountOf(await this.#services.records.get(key));
    return waiting === undefined ? written : sumOf(written, waiting);
  }

  #enter(owner: string, entry: Account): void {
    const key = this.#keyOf(owner);
    const name = nameOf(key);
    this.#waiting.set(name, { key, sum: sumOf(this.#waiting.get(name)?.sum, entry) });
    if (!this.#writing.has(name)) this.#writing.set(name, this.#write(name));
  }

  #keyOf(owner: string): RecordKey {
    const day = new Date(this.#services.clock.now()).toISOString().slice(0, 10);
    return { collection: USAGE_COLLECTION, owner, id: day };
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

function nameOf({ owner, id }: RecordKey): string {
  return `${id} ${owner}`;
}

function sumOf(former: Account | undefined, more: Account): Account {
  const priced = former?.cost !== undefined || more.cost !== undefined;
  const cost = priced ? { cost: (former?.cost ?? 0) + (more.cost ?? 0) } : {};
  return { runs: (former?.runs ?? 0) + more.runs, ...addUsage(former, more), ...cost };
}
