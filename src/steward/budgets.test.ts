import { describe, expect, it } from "vitest";
import { type Allowances, fullAllowances } from "./allowance.ts";
import { Budgets } from "./budgets.ts";
import { Ledger } from "../ledger.ts";
import { defaultLimits } from "../limits.ts";
import { silentLogger } from "../logger.ts";
import { createMetrics } from "../metrics.ts";
import { type Caller, placeCaller } from "../principal.ts";
import { memoryQuotas } from "../quotas/memory.ts";
import { memoryRecords } from "../records/memory.ts";
import { FakeClock } from "../testing/fake-clock.ts";

function lab(allowances: Allowances, clock = new FakeClock(Date.UTC(2026, 0, 2, 18))) {
  const priceOf = (): { input: number; output: number } => ({ input: 3, output: 15 });
  const ledger = new Ledger({
    records: memoryRecords(),
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
    priceOf,
  });
  const budgets = new Budgets({
    quotas: memoryQuotas(clock),
    ledger,
    clock,
    allowances: fullAllowances(allowances, defaultLimits),
  });
  return { clock, ledger, budgets };
}

const caller = (id: string, tenant?: string): Caller =>
  placeCaller("app", { id, ...(tenant !== undefined && { tenant }) }, undefined, "c");

describe("budgets", () => {
  it("refuse a principal whose tokens of the minute are used up, tell for how long, and no other", async () => {
    const { clock, budgets } = lab({ principal: { tokensPerMinute: 1000 } });
    await budgets.check(caller("ann"));
    budgets.used(caller("ann"), { inputTokens: 900, outputTokens: 200 });
    await clock.advance(20_000);
    await expect(budgets.check(caller("ann"))).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 40_000 });
    await budgets.check(caller("bob"));
    await clock.advance(40_000);
    await budgets.check(caller("ann"));
  });

  it("a tenant's tokens are those of all its principals; who has no tenant is one by itself", async () => {
    const { budgets } = lab({ tenant: { tokensPerMinute: 1000 } });
    budgets.used(caller("ann", "acme"), { inputTokens: 600, outputTokens: 0 });
    budgets.used(caller("bob", "acme"), { inputTokens: 600, outputTokens: 0 });
    budgets.used(caller("cid"), { inputTokens: 600, outputTokens: 0 });
    await expect(budgets.check(caller("dan", "acme"))).rejects.toMatchObject({ code: "rate_limited" });
    await budgets.check(caller("cid"));
    await budgets.check(caller("dan", "other"));
  });

  it("refuse a tenant whose day has cost its budget, until the day ends", async () => {
    const { clock, ledger, budgets } = lab({ tenant: { costPerDay: 0.01 } });
    ledger.add("app", "ann", { inputTokens: 1000, outputTokens: 400 }, "acme");
    await budgets.check(caller("bob", "acme"));
    ledger.add("app", "bob", { inputTokens: 0, outputTokens: 100 }, "acme");
    const sixHours = 6 * 3600 * 1000;
    const refusal = { code: "rate_limited", retryAfterMs: sixHours };
    await expect(budgets.check(caller("ann", "acme"))).rejects.toMatchObject(refusal);
    await ledger.settled();
    await expect(budgets.check(caller("ann", "acme"))).rejects.toMatchObject(refusal);
    await budgets.check(caller("ann"));
    await clock.advance(sixHours);
    await budgets.check(caller("ann", "acme"));
  });
});
