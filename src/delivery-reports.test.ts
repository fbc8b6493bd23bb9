import { expect, describe, it } from "vitest";
import { readReport } from "./delivery-report.ts";
import type { Engine } from "./engine.ts";
import { placeCaller } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";
import { FakeClock, settled } from "./testing/fake-clock.ts";
import { type Fixture, engineFixture } from "../test/support/engine-fixture.ts";

const caller = placeCaller("app", undefined, undefined, "viewer");

/** A stream that says five tokens, at the offsets 1-1 to 1-5; it ends when that is asked. */
async function fiveTokens({ model, connect }: Fixture): Promise<{ streamId: string; end: () => Promise<void> }> {
  const { say, transport } = connect();
  say({ action: "ask" });
  const call = await model.next();
  for (const token of ["a", "b", "c", "d", "e"]) call.push(token);
  await transport.until((frames) => frames.find(({ offset }) => offset === "1-5"));
  const { streamId } = await transport.frame("start");
  return {
    streamId: streamId as string,
    async end() {
      call.end();
      await transport.frame("done");
      await settled();
    },
  };
}

function shown(engine: Engine, streamId: string, offset?: string): Promise<void> {
  const body: JsonObject = offset === undefined ? {} : { shown: offset };
  return engine.deliveryReports.report(caller, streamId, body);
}

describe("delivery reports (PROTOCOL.md section 7.8)", () => {
  it("are added to the metrics of their app", async () => {
    const fixture = engineFixture({ clock: new FakeClock() });
    const { streamId } = await fiveTokens(fixture);
    const { deliveryReports, metrics } = fixture.engine;
    await deliveryReports.report(caller, streamId, { firstShownMs: 420.5, resumes: 2, gaps: [3, 4], duplicates: 5 });
    await deliveryReports.report(caller, streamId, { resumes: 1 });
    const { firstShown, gapEvents, viewerResumes, viewerDuplicates } = metrics.apps["app"]!;
    expect([firstShown.count, firstShown.sum, gapEvents.count, gapEvents.sum]).toEqual([1, 420.5, 2, 7]);
    expect([viewerResumes, viewerDuplicates]).toEqual([3, 5]);
    expect(metrics.apps["other"]!.viewerResumes).toBe(0);
  });

  it("count what nobody has seen once the run is over and its viewers have reported: behind the one who came furthest", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const stream = await fiveTokens(fixture);
    await shown(engine, stream.streamId, "1-2");
    await shown(engine, stream.streamId, "1-3");
    await shown(engine, stream.streamId);
    await engine.sweep();
    await stream.end();
    await engine.sweep();
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(0);
    await clock.advance(10_000);
    await engine.sweep();
    await engine.sweep();
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(2);
  });

  it("count nothing where a viewer comes back and sees the rest", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const stream = await fiveTokens(fixture);
    await shown(engine, stream.streamId, "1-2");
    await stream.end();
    await shown(engine, stream.streamId, "1-6");
    await clock.advance(10_000);
    await engine.sweep();
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(0);
  });

  it("count all of an answer of which nothing was shown, and nothing of one that was erased", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const [left, erased] = [await fiveTokens(fixture), await fiveTokens(fixture)];
    for (const { streamId, end } of [left, erased]) {
      await end();
      await shown(engine, streamId);
    }
    await engine.catalog.erase(caller, erased.streamId);
    await clock.advance(10_000);
    await engine.sweep();
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(5);
  });

  it("law 9: of another's stream are not found, whatever they say, and count nothing", async () => {
    const fixture = engineFixture({ clock: new FakeClock() });
    const { streamId } = await fiveTokens(fixture);
    const stranger = placeCaller("app", { id: "eve" }, undefined, "stranger");
    const report = fixture.engine.deliveryReports.report(stranger, streamId, { resumes: -1 });
    await expect(report).rejects.toMatchObject({ code: "not_found" });
    expect(fixture.engine.metrics.apps["app"]!.viewerResumes).toBe(0);
  });

  it("hold a thousand gaps, and no more", () => {
    const gaps = Array.from({ length: 1000 }, () => 1);
    expect(readReport({ gaps }).gaps).toEqual(gaps);
    expect(() => readReport({ gaps: [...gaps, 1] })).toThrow(expect.objectContaining({ code: "bad_request" }));
  });
});
