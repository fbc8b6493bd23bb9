import { expect, describe, it, vi } from "vitest";
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

  it("count an ended stream's unseen tokens once, however often it is reported and swept", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const stream = await fiveTokens(fixture);
    await stream.end();
    for (let report = 0; report < 3; report += 1) {
      await shown(engine, stream.streamId, "1-2");
      await clock.advance(10_000);
      await engine.sweep();
    }
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(3);
  });

  it("count it once where two sweeps overlap", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const stream = await fiveTokens(fixture);
    await stream.end();
    await shown(engine, stream.streamId, "1-2");
    await clock.advance(10_000);
    const head = await engine.store.head(stream.streamId);
    const slow = Promise.withResolvers<typeof head>();
    vi.spyOn(engine.store, "head").mockReturnValueOnce(slow.promise);
    const first = engine.deliveryReports.settle();
    await engine.deliveryReports.settle();
    slow.resolve(head);
    await first;
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(3);
  });

  it.each([
    ["first", ["1-6", "1-1"]],
    ["last", ["1-1", "1-6"]],
    ["seventeenth", [...Array.from({ length: 16 }, () => "1-1"), "1-6"]],
  ])("count nothing where the viewer who reports %s has seen everything", async (_when, places) => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const stream = await fiveTokens(fixture);
    await stream.end();
    for (const place of places) {
      await shown(engine, stream.streamId, place);
      await clock.advance(10_000);
    }
    await engine.sweep();
    expect(engine.metrics.apps["app"]!.unseenTokens).toBe(0);
  });

  it("of one stream are added up 16 times; more are answered, and added nowhere", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ clock });
    const { engine } = fixture;
    const stream = await fiveTokens(fixture);
    await stream.end();
    const all = { firstShownMs: 1, shown: "1-2", resumes: 100_000, gaps: [1], duplicates: 1 };
    for (let report = 0; report < 20; report += 1) {
      await engine.deliveryReports.report(caller, stream.streamId, all);
      if (report === 8) {
        await clock.advance(10_000);
        await engine.sweep();
      }
    }
    await shown(engine, stream.streamId, "1-6");
    const { firstShown, gapEvents, viewerResumes, viewerDuplicates, unseenTokens } = engine.metrics.apps["app"]!;
    expect([firstShown.count, gapEvents.count, viewerResumes, viewerDuplicates]).toEqual([16, 16, 1_600_000, 16]);
    expect(unseenTokens).toBe(3);
    const wrong = engine.deliveryReports.report(caller, stream.streamId, { resumes: -1 });
    await expect(wrong).rejects.toMatchObject({ code: "bad_request" });
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
