import { describe, expect, it } from "vitest";
import { engineFixture } from "../test/support/engine-fixture.ts";
import { type Account, Ledger, USAGE_COLLECTION } from "./ledger.ts";
import { type Logger, silentLogger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import type { Records } from "./records.ts";
import { memoryRecords } from "./records/memory.ts";
import { memoryStore } from "./store/memory.ts";
import { FakeClock, settled } from "./testing/fake-clock.ts";

const NOON = Date.UTC(2026, 10, 21, 12);
const USED = { inputTokens: 3, outputTokens: 2 };

interface Bench {
  readonly ledger: Ledger;
  readonly records: Records;
  readonly clock: FakeClock;
  readonly errors: unknown[];
  readonly account: (owner: string, id?: string) => Promise<Account | undefined>;
}

function bench(records: Records = memoryRecords()): Bench {
  const clock = new FakeClock(NOON);
  const errors: unknown[] = [];
  const logger: Logger = { ...silentLogger, error: (fields) => void errors.push(fields) };
  const ledger = new Ledger({ records, clock, logger, metrics: createMetrics() });
  return { ledger, records, clock, errors, account: (owner, id) => accountOf(records, owner, id) };
}

async function accountOf(records: Records, owner: string, id = "2026-11-21"): Promise<Account | undefined> {
  return (await records.get({ collection: USAGE_COLLECTION, owner, id }))?.value as Account | undefined;
}

describe("the ledger: usage by principal and day", () => {
  it("adds up under the name that owns the principal's other records, one account a day (UTC)", async () => {
    const { ledger, clock, account } = bench();
    ledger.add("app", "ann", USED);
    ledger.add("app", "ann", undefined);
    ledger.add("app", "", USED);
    await ledger.settled();
    await clock.advance(12 * 3_600_000);
    ledger.add("app", "ann", USED);
    await ledger.settled();
    expect(await account("app/u:ann")).toEqual({ runs: 2, ...USED });
    expect(await account("app/anonymous")).toEqual({ runs: 1, ...USED });
    expect(await account("app/u:ann", "2026-11-22")).toEqual({ runs: 1, ...USED });
  });

  it("two ledgers over the same records lose nothing (R3)", async () => {
    const records = memoryRecords();
    const get = records.get.bind(records);
    // Both read before either writes.
    records.get = async (key) => {
      const found = await get(key);
      await settled();
      return found;
    };
    const first = bench(records);
    const second = bench(first.records);
    for (let run = 0; run < 10; run += 1) {
      first.ledger.add("app", "ann", USED);
      second.ledger.add("app", "ann", USED);
      await Promise.all([first.ledger.settled(), second.ledger.settled()]);
    }
    expect(await first.account("app/u:ann")).toEqual({ runs: 20, inputTokens: 60, outputTokens: 40 });
    expect([...first.errors, ...second.errors]).toEqual([]);
  });

  it("entries that come during a write share the next one", async () => {
    const records = memoryRecords();
    let puts = 0;
    const put = records.put.bind(records);
    records.put = async (...parts) => {
      puts += 1;
      return put(...parts);
    };
    const { ledger, account } = bench(records);
    for (let run = 0; run < 100; run += 1) ledger.add("app", "ann", USED);
    await ledger.settled();
    expect(puts).toBe(1);
    expect(await account("app/u:ann")).toEqual({ runs: 100, inputTokens: 300, outputTokens: 200 });
  });

  it("what cannot be written is logged with its sums, and the next entry is tried again", async () => {
    const records = memoryRecords();
    const put = records.put.bind(records);
    records.put = () => Promise.reject(new Error("disk full"));
    const { ledger, errors, account } = bench(records);
    ledger.add("app", "ann", USED);
    await ledger.settled();
    expect(errors).toEqual([expect.objectContaining({ owner: "app/u:ann", runs: 1, ...USED })]);
    records.put = put;
    ledger.add("app", "ann", USED);
    await ledger.settled();
    expect(await account("app/u:ann")).toEqual({ runs: 1, ...USED });
  });
});

describe("law 5: runs that another ends", () => {
  it("a recovery puts down what a dead run had used, and so does its error; the zombie puts down nothing", async () => {
    const store = memoryStore();
    const dead = engineFixture({ store, clock: new FakeClock(NOON) });
    const { say, transport } = dead.connect({ principal: { id: "ann" } });
    say({ action: "ask" });
    const call = await dead.model.next();
    call.push({ type: "usage", ...USED }, "shown", { type: "usage", ...USED });
    await transport.frame("chunk");
    const streamId = transport.frames[0]!["streamId"] as string;
    const zombie = dead.engine.runs.get(streamId)!;
    const head = (await store.head(streamId))!;
    store.abandoned = async () => [head];

    const alive = engineFixture({ store, clock: new FakeClock(NOON) });
    await alive.engine.sweep();
    await alive.engine.ledger.settled();
    const sums = { inputTokens: 6, outputTokens: 4 };
    const [end] = await store.read(streamId, { epoch: 1, seq: 3 }, 1000);
    expect(JSON.parse(end!.json)).toMatchObject({ type: "error", code: "interrupted", usage: sums });
    expect(await accountOf(alive.engine.records, "app/u:ann")).toEqual({ runs: 1, ...sums });

    call.push("from the grave");
    await zombie.done;
    await dead.engine.drain(0);
    expect(await accountOf(dead.engine.records, "app/u:ann")).toBeUndefined();
  });
});
