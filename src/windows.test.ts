import { expect, it } from "vitest";
import { FakeClock } from "./testing/fake-clock.ts";
import { Windows } from "./windows.ts";

it("gives so many points in a window, and tells how long there are none", async () => {
  const clock = new FakeClock();
  const windows = new Windows(clock);
  expect([1, 2, 3].map(() => windows.spend("ann", 2, 1000))).toEqual([0, 0, 1000]);
  await clock.advance(400);
  expect(windows.spend("ann", 2, 1000)).toBe(600);
  expect(windows.spend("bob", 2, 1000)).toBe(0);
  await clock.advance(600);
  expect(windows.spend("ann", 2, 1000)).toBe(0);
});

it("counts names whose windows are over for good no more", async () => {
  const clock = new FakeClock();
  const windows = new Windows(clock);
  for (let name = 0; name < 5000; name += 1) windows.spend(`early ${name}`, 1, 1000);
  await clock.advance(1000);
  for (let name = 0; name < 5000; name += 1) windows.spend(`late ${name}`, 1, 1000);
  expect(windows.size).toBeLessThanOrEqual(5000 + 1);
});
