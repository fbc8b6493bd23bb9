import { describe, expect, it } from "vitest";
import { Lines } from "./lines.ts";
import { Places } from "./places.ts";
import { SluiceError } from "../protocol/errors.ts";
import { memoryQuotas } from "../quotas/memory.ts";
import { FakeClock, settled } from "../testing/fake-clock.ts";
import { type Claim, Turn } from "./turn.ts";

const refusal = new SluiceError("rate_limited", "Too many runs at once.", { retryAfterMs: 1000 });

const claim = (name: string, most: number, whenFull: Claim["whenFull"]): Claim => ({
  room: { name, most, keepMs: 30_000 },
  key: "acme",
  whenFull,
  refusal,
});

const QUEUE = claim("queue", 2, "refuse");

/** One process, or several on the same quotas. */
function lab(claims: readonly Claim[], quotas = memoryQuotas(), clock = new FakeClock()) {
  const places = new Places(quotas, clock);
  const lines = new Lines(clock, 250);
  const cancelled: string[] = [];
  const turns = new Map<string, Turn>();
  const born: string[] = [];
  const make = (streamId: string): Turn => {
    born.push(streamId);
    const turn = new Turn({
      streamId,
      claims,
      queue: QUEUE,
      waitMs: 60_000,
      places,
      lines,
      clock,
      cancel: async (other) => {
        cancelled.push(other);
        ends.get(other)?.abort(new SluiceError("cancelled", "The run has ended."));
        turns.get(other)?.leave();
      },
      isLater: async (other) => born.indexOf(other) > born.indexOf(streamId),
    });
    turns.set(streamId, turn);
    return turn;
  };
  const ends = new Map<string, AbortController>();
  /** Waits as a run does: gives what it says, and whether it began. */
  const wait = async (streamId: string): Promise<string[]> => {
    const end = new AbortController();
    ends.set(streamId, end);
    const said: string[] = [];
    try {
      for await (const { stage } of turns.get(streamId)!.wait(end.signal)) said.push(stage!);
      said.push("begun");
    } catch (thrown) {
      said.push((thrown as SluiceError).code);
    }
    return said;
  };
  return { clock, quotas, lines, cancelled, turns, ends, make, wait };
}

describe("a run's turn", () => {
  it("a claim that refuses keeps nothing of what was taken before it", async () => {
    const { make } = lab([claim("principal", 8, "refuse"), claim("route", 1, "refuse")]);
    await make("a").enter(false);
    await expect(make("b").enter(false)).rejects.toBe(refusal);
    const other = lab([claim("principal", 8, "refuse")]);
    await other.make("c").enter(false);
    expect(other.turns.get("c")!.granted).toBe(true);
  });

  it("runs that find no place wait, say so, and begin in the order in which they came", async () => {
    const { make, wait, turns } = lab([claim("tenant", 1, "wait")]);
    for (const id of ["a", "b", "c"]) await make(id).enter(false);
    expect([...turns.values()].map(({ granted }) => granted)).toEqual([true, false, false]);
    const order: string[] = [];
    const b = wait("b").then((said) => (order.push("b"), said));
    const c = wait("c").then((said) => (order.push("c"), said));
    await settled();
    expect(order).toEqual([]);
    turns.get("a")!.leave();
    expect(await b).toEqual(["queued", "begun"]);
    expect(order).toEqual(["b"]);
    turns.get("b")!.leave();
    expect(await c).toEqual(["queued", "begun"]);
  });

  it("the queue is bounded: who finds no place in it is refused", async () => {
    const { make, turns, wait } = lab([claim("tenant", 1, "wait")]);
    for (const id of ["a", "b", "c"]) await make(id).enter(false);
    await expect(make("d").enter(false)).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 1000 });
    const b = wait("b");
    turns.get("a")!.leave();
    await b;
    await make("e").enter(false);
    expect(turns.get("e")!.granted).toBe(false);
  });

  it("nobody waits longer than the bound", async () => {
    const { make, wait, clock } = lab([claim("tenant", 1, "wait")]);
    await make("a").enter(false);
    await make("b").enter(false);
    const b = wait("b");
    await clock.advance(60_000);
    expect(await b).toEqual(["queued", "rate_limited"]);
  });

  it("a cancelled run leaves the line, its place in the queue, and nothing behind", async () => {
    const { make, wait, ends, turns, quotas } = lab([claim("tenant", 1, "wait")]);
    await make("a").enter(false);
    await make("b").enter(false);
    const b = wait("b");
    await settled();
    ends.get("b")!.abort(new SluiceError("cancelled", "The run has ended."));
    turns.get("b")!.leave();
    expect(await b).toEqual(["queued", "cancelled"]);
    turns.get("a")!.leave();
    await settled();
    expect(await quotas.hold(claim("tenant", 1, "wait").room, "acme", "x")).toEqual({ held: true });
    expect((await quotas.hold(QUEUE.room, "acme", "x")).held).toBe(true);
    expect((await quotas.hold(QUEUE.room, "acme", "y")).held).toBe(true);
  });

  it("a place that was left in another process is found", async () => {
    const here = lab([claim("tenant", 1, "wait")]);
    const there = lab([claim("tenant", 1, "wait")], here.quotas, here.clock);
    await there.make("a").enter(false);
    await here.make("b").enter(false);
    const b = here.wait("b");
    await settled();
    there.turns.get("a")!.leave();
    await here.clock.advance(250);
    expect(await b).toEqual(["queued", "begun"]);
  });

  it("a run that was let in before is refused nothing: it waits", async () => {
    const { make, wait, turns } = lab([claim("principal", 1, "refuse")]);
    await make("a").enter(false);
    await make("b").enter(true);
    const b = wait("b");
    turns.get("a")!.leave();
    expect(await b).toEqual(["queued", "begun"]);
  });

  it("replace: cancels the run that goes on, and those that wait, and begins without a word", async () => {
    const { make, wait, cancelled } = lab([claim("conversation", 1, "replace")]);
    await make("a").enter(false);
    await make("b").enter(false);
    const b = wait("b");
    await make("c").enter(false);
    const c = wait("c");
    expect(await c).toEqual(["begun"]);
    expect(await b).not.toContain("queued");
    expect(cancelled.slice(0, 1)).toEqual(["a"]);
    expect(cancelled).toContain("b");
  });

  it("replace: a run that finds a later one in its place gives way", async () => {
    const { make, wait, cancelled, turns } = lab([claim("conversation", 1, "replace")]);
    await make("a").enter(false);
    await make("b").enter(false);
    const later = make("c");
    turns.get("a")!.leave();
    await later.enter(false);
    expect(await wait("b")).toEqual(["cancelled"]);
    expect(cancelled).toEqual(["b"]);
    expect(later.granted).toBe(true);
  });
});
