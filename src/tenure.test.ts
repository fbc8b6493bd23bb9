import { describe, expect, it } from "vitest";
import { FakeClock } from "./testing/fake-clock.ts";
import { Tenure } from "./tenure.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

function tenure(): { clock: FakeClock; told: (number | "expired")[]; tenure: Tenure } {
  const clock = new FakeClock(0);
  const told: (number | "expired")[] = [];
  const events = { expiring: (at: number) => void told.push(at), expired: () => void told.push("expired") };
  return { clock, told, tenure: new Tenure(clock, events) };
}

describe("a principal's tenure (DESIGN section 4)", () => {
  it("is told 60 s before its end, and ends 5 s after it", async () => {
    const { clock, told, tenure: mine } = tenure();
    mine.renew(10 * MINUTE);
    await clock.advance(9 * MINUTE - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([10 * MINUTE]);
    await clock.advance(MINUTE + 4999);
    expect(told).toHaveLength(1);
    await clock.advance(1);
    expect(told).toEqual([10 * MINUTE, "expired"]);
    expect(clock.pending).toBe(0);
  });

  it("is told at once where the end is nearer", async () => {
    const { clock, told, tenure: mine } = tenure();
    mine.renew(30_000);
    expect(told).toEqual([30_000]);
    await clock.advance(35_000);
    expect(told).toEqual([30_000, "expired"]);
  });

  it("begins anew when it is renewed, and has no end without one", async () => {
    const { clock, told, tenure: mine } = tenure();
    mine.renew(2 * MINUTE);
    await clock.advance(90_000);
    mine.renew(10 * MINUTE);
    await clock.advance(60_000);
    expect(told).toEqual([2 * MINUTE]);
    mine.renew(undefined);
    await clock.advance(400 * DAY);
    expect(told).toHaveLength(1);
  });

  it("tells of the same end once, however often it is renewed with it", async () => {
    const { clock, told, tenure: mine } = tenure();
    for (let times = 0; times < 3; times += 1) mine.renew(30_000);
    expect(told).toEqual([30_000]);
    mine.renew(40_000);
    mine.renew(40_000);
    expect(told).toEqual([30_000, 40_000]);
    await clock.advance(45_000);
    expect(told).toEqual([30_000, 40_000, "expired"]);
  });

  it("waits also where the end is further off than a timer reaches", async () => {
    const { clock, told } = tenure();
    const short = {
      now: () => clock.now(),
      turn: () => {},
      after: (ms: number, done: () => void) => clock.after(Math.min(ms, DAY), done),
    };
    const mine = new Tenure(short, { expiring: (at) => void told.push(at), expired: () => void told.push("expired") });
    mine.renew(40 * DAY);
    await clock.advance(39 * DAY);
    expect(told).toEqual([]);
    await clock.advance(2 * DAY);
    expect(told).toEqual([40 * DAY, "expired"]);
  });
});
