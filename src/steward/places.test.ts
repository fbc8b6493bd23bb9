import { describe, expect, it } from "vitest";
import { Places, type Spot } from "./places.ts";
import { memoryQuotas } from "../quotas/memory.ts";
import { FakeClock } from "../testing/fake-clock.ts";

const SPOT: Spot = { room: { name: "runs", most: 1, keepMs: 30_000 }, key: "ann" };

describe("places", () => {
  it("Q5: what a process holds is renewed as long as it lives", async () => {
    const clock = new FakeClock();
    const quotas = memoryQuotas(clock);
    const places = new Places(quotas, clock);
    await places.take(SPOT, "a run");
    await clock.advance(600_000);
    expect(await quotas.hold(SPOT.room, SPOT.key, "another")).toEqual({ held: false, by: "a run" });
  });

  it("Q5: what was freed is the next one's, and no timer is left behind", async () => {
    const clock = new FakeClock();
    const quotas = memoryQuotas(clock);
    const places = new Places(quotas, clock);
    await places.take(SPOT, "a run");
    await places.free(SPOT, "a run");
    expect(await quotas.hold(SPOT.room, SPOT.key, "another")).toEqual({ held: true });
    expect(clock.pending).toBe(0);
  });

  it("a place that was handed over is kept, and no longer renewed from here", async () => {
    const clock = new FakeClock();
    const quotas = memoryQuotas(clock);
    const places = new Places(quotas, clock);
    await places.take(SPOT, "a run");
    places.forget(SPOT, "a run");
    expect((await quotas.hold(SPOT.room, SPOT.key, "another")).held).toBe(false);
    await clock.advance(SPOT.room.keepMs);
    expect((await quotas.hold(SPOT.room, SPOT.key, "another")).held).toBe(true);
  });
});
