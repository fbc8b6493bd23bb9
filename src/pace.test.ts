import { describe, expect, it } from "vitest";
import { AppMetrics } from "./metrics.ts";
import { Pace } from "./pace.ts";
import { engineFixture } from "../test/support/engine-fixture.ts";
import { FakeClock } from "./testing/fake-clock.ts";

describe("the pace of a run", () => {
  it("is the time to its first delta, and from each to the next", async () => {
    const [clock, metrics] = [new FakeClock(), new AppMetrics()];
    const pace = new Pace(metrics, clock);
    pace.begin(false);
    await clock.advance(300);
    pace.delta();
    for (const ms of [20, 0, 40]) {
      await clock.advance(ms);
      pace.delta();
    }
    expect([metrics.firstToken.count, metrics.firstToken.sum]).toEqual([1, 300]);
    expect([metrics.interToken.count, metrics.interToken.sum]).toEqual([3, 60]);
  });

  it("is measured in every run, for its app", async () => {
    const clock = new FakeClock();
    const { engine, model, connect } = engineFixture({ clock });
    const { say, transport } = connect({ app: "other" });
    say({ action: "ask" });
    const call = await model.next();
    await clock.advance(80);
    call.push("a");
    await transport.frame("chunk");
    await clock.advance(15);
    call.push("b");
    await transport.until((frames) => frames.find(({ content }) => content === "b"));
    const { app, other } = engine.metrics.apps;
    expect([other!.firstToken.sum, other!.interToken.sum]).toEqual([80, 15]);
    expect([app!.firstToken.count, app!.interToken.count]).toEqual([0, 0]);
  });

  it("has no first token where it goes on from a partial text", async () => {
    const [clock, metrics] = [new FakeClock(), new AppMetrics()];
    const pace = new Pace(metrics, clock);
    pace.begin(true);
    await clock.advance(300);
    pace.delta();
    await clock.advance(5);
    pace.delta();
    expect([metrics.firstToken.count, metrics.interToken.count, metrics.interToken.sum]).toEqual([0, 1, 5]);
  });

  it("shows no negative time where the clock was set back", () => {
    const [metrics, times] = [new AppMetrics(), [1000, 400, 450]];
    const pace = new Pace(metrics, { now: () => times.shift()! });
    pace.begin(false);
    pace.delta();
    pace.delta();
    expect([metrics.firstToken.sum, metrics.interToken.sum]).toEqual([0, 50]);
  });
});
