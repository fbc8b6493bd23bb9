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
