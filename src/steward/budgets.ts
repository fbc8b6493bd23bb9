import { type FullAllowances, type Party, partiesOf } from "./allowance.ts";
import type { Clock } from "../clock.ts";
import type { Ledger } from "../ledger.ts";
import type { Caller } from "../principal.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { Usage } from "../protocol/events.ts";
import type { Quotas, Rate } from "../quotas.ts";
import { UnderWay } from "../under-way.ts";

interface BudgetsParts {
  readonly quotas: Quotas;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly allowances: FullAllowances;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * Tokens in a minute, and money in a day. What a run will use is not known before: a new one is refused while a budget is used
 * up, and one that goes on is not stopped.
 */
export class Budgets {
  readonly #parts: BudgetsParts;
  readonly #charging = new UnderWay();

  constructor(parts: BudgetsParts) {
    this.#parts = parts;
  }

  /** Throws `rate_limited` where one of the caller's budgets is used up. */
  async check(caller: Caller): Promise<void> {
    for (const party of partiesOf(caller, this.#parts.allowances)) {
      await this.#checkTokens(party);
      await this.#checkCost(party);
    }
  }

  /** A model says what a run of this caller has used. */
  used(caller: Caller, { inputTokens, outputTokens }: Usage): void {
    for (const party of partiesOf(caller, this.#parts.allowances)) {
      const rate = tokenRate(party);
      if (rate === undefined) continue;
      void this.#charging.add(this.#parts.quotas.charge(rate, party.key, inputTokens + outputTokens));
    }
  }

  /** Resolves when all that was used is charged. */
  settled(): Promise<void> {
    return this.#charging.settled();
  }

  async #checkTokens(party: Party): Promise<void> {
    const rate = tokenRate(party);
    const waitMs = rate === undefined ? 0 : await this.#parts.quotas.exhausted(rate, party.key);
    if (waitMs > 0) throw usedUp("The tokens of this minute are used up.", waitMs);
  }

  async #checkCost({ owner, allowance: { costPerDay } }: Party): Promise<void> {
    if (costPerDay === undefined) return;
    const { ledger, clock } = this.#parts;
    const { cost = 0 } = (await ledger.today(owner)) ?? {};
    if (cost >= costPerDay) throw usedUp("The budget of this day is used up.", DAY - (clock.now() % DAY));
  }
}

function tokenRate({ kind, allowance }: Party): Rate | undefined {
  const { tokensPerMinute: points } = allowance;
  return points === undefined ? undefined : { name: `${kind} tokens`, points, windowMs: MINUTE };
}

function usedUp(message: string, retryAfterMs: number): SluiceError {
  return new SluiceError("rate_limited", message, { retryAfterMs });
}
