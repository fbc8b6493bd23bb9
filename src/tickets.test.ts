import { expect, it } from "vitest";
import { memory } from "./store/memory.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { Tickets } from "./tickets.ts";

const ANN = { id: "ann", expiresAt: 2_000_000_000_000, claims: { name: "Ann" } };

it("a ticket brings its principal once, in its app, within 30 s (DESIGN section 4)", async () => {
  const clock = new FakeClock();
  const { records } = memory();
  const tickets = new Tickets(records, clock);
  const ticket = await tickets.issue("llm", ANN);
  expect(ticket).toMatch(/^[\w-]{22,}$/);
  expect(await tickets.redeem("titles", ticket)).toBeUndefined();
  const both = await Promise.all([tickets.redeem("llm", ticket), tickets.redeem("llm", ticket)]);
  expect(both.filter((principal) => principal !== undefined)).toEqual([ANN]);
  expect(await tickets.redeem("llm", ticket)).toBeUndefined();

  const late = await tickets.issue("llm", ANN);
  await clock.advance(30_000);
  expect(await tickets.redeem("llm", late)).toBeUndefined();
});

it("R5: a ticket of a process that died is removed by the next sweep after its 30 s", async () => {
  const clock = new FakeClock();
  const { store, records } = memory();
  const dead = { now: () => clock.now(), turn: () => {}, after: () => () => {} };
  await new Tickets(records, dead).issue("llm", ANN);
  const kept = async (): Promise<number> =>
    (await records.list({ collection: "tickets", owner: "llm", limit: 9 })).items.length;
  await store.sweep(clock.now() + 29_999, 1);
  expect(await kept()).toBe(1);
  await store.sweep(clock.now() + 30_000, 1);
  expect(await kept()).toBe(0);
});

it("the store holds no ticket, and no unused one for long", async () => {
  const clock = new FakeClock();
  const { records } = memory();
  const ticket = await new Tickets(records, clock).issue("llm", ANN);
  const kept = async (): Promise<string> =>
    JSON.stringify(await records.list({ collection: "tickets", owner: "llm", limit: 9 }));
  expect(await kept()).toContain("ann");
  expect(await kept()).not.toContain(ticket);
  await clock.advance(30_000);
  expect(await kept()).not.toContain("ann");
});
