import { expect, test } from "vitest";
import type { Clock } from "../../clock.ts";
import { FLAT_OUT, Pacer } from "./pace.ts";

/** A clock that jumps to whatever is waited for, and `lateMs` further. */
function leapingClock(lateMs = 0): Clock & { time: number } {
  const clock = {
    time: 0,
    now: () => clock.time,
    after(ms: number, callback: () => void) {
      clock.time += ms + lateMs;
      queueMicrotask(callback);
      return () => {};
    },
    turn: (callback: () => void) => queueMicrotask(callback),
  };
  return clock;
}

const signal = new AbortController().signal;

test("the first token is due after firstTokenMs, the others one interval after another", async () => {
  const clock = leapingClock();
  const pacer = new Pacer({ firstTokenMs: 300, tokensPerSecond: 50 }, clock, signal);
  const times: number[] = [];
  for (let token = 0; token < 4; token += 1) {
    await pacer.next();
    times.push(clock.time);
  }
  expect(times).toEqual([300, 320, 340, 360]);
});

test("timers that are late do not slow the pace down", async () => {
  const clock = leapingClock(7);
  const pacer = new Pacer({ firstTokenMs: 0, tokensPerSecond: 50 }, clock, signal);
  for (let token = 0; token <= 100; token += 1) await pacer.next();
  expect(clock.time).toBeLessThanOrEqual(2007);
});

test("a stand-in's own silence is not made up for in a burst", async () => {
  const clock = leapingClock();
  const pacer = new Pacer({ firstTokenMs: 0, tokensPerSecond: 50 }, clock, signal);
  await pacer.next();
  clock.time += 10_000;
  for (let token = 0; token < 50; token += 1) await pacer.next();
  expect(clock.time).toBeGreaterThan(10_900);
});

test("flat out nothing is waited for", () => {
  const pacer = new Pacer(FLAT_OUT, leapingClock(), signal);
  for (let token = 0; token < 10; token += 1) expect(pacer.next()).toBeUndefined();
});

test("an abort ends the wait at once", async () => {
  const controller = new AbortController();
  let stopped = false;
  const clock: Clock = { now: () => 0, after: () => () => void (stopped = true), turn: () => {} };
  const wait = new Pacer({ firstTokenMs: 300, tokensPerSecond: 1 }, clock, controller.signal).next();
  controller.abort();
  await wait;
  expect(stopped).toBe(true);
});
