import { describe, expect, it } from "vitest";
import { EarlyCancels } from "./early-cancels.ts";
import type { StreamHead } from "./store.ts";
import { FakeClock } from "./testing/fake-clock.ts";

const head = { scope: "s", requestId: "r" } as StreamHead;

describe("law 6: cancels of requests that are not here yet", () => {
  it("of one request cost one look a second, however many they are, and none once their time is over", async () => {
    const clock = new FakeClock();
    let looks = 0;
    const early = new EarlyCancels(clock, async () => void (looks += 1) as undefined);
    for (let index = 0; index < 100; index += 1) early.expect("s", "r", 5000, `c${index}`, () => {});
    await clock.advance(4000);
    expect(looks).toBe(4);
    await clock.advance(10_000);
    expect(looks).toBe(4);
    expect(clock.pending).toBe(0);
  });

  it("are told once, all of them, where the request began in another process", async () => {
    const clock = new FakeClock();
    let found: StreamHead | undefined;
    const early = new EarlyCancels(clock, async () => found);
    const told: string[] = [];
    for (const id of ["a", "b"]) early.expect("s", "r", 10_000, id, () => told.push(id));
    await clock.advance(2000);
    found = head;
    await clock.advance(20_000);
    expect(told).toEqual(["a", "b"]);
    expect(clock.pending).toBe(0);
  });

  it("are bounded, all together: those of one request too", () => {
    const early = new EarlyCancels(new FakeClock());
    for (let index = 0; index < 4096; index += 1) early.expect("s", "r", 1000, `c${index}`, () => {});
    expect(early.full).toBe(true);
    early.begun(head, "c0");
    expect(early.full).toBe(false);
  });

  it("the connection that brings the request hears nothing of its own cancel: it follows the run", () => {
    const early = new EarlyCancels(new FakeClock());
    const told: string[] = [];
    for (const id of ["mine", "other"]) early.expect("s", "r", 1000, id, () => told.push(id));
    early.begun(head, "mine");
    expect(told).toEqual(["other"]);
  });
});
