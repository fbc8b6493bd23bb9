import { describe, expect, it, vi } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { silentLogger } from "../../src/logger.ts";
import { Stream } from "../../src/stream.ts";
import { Writer } from "../../src/writer.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { faultyStore } from "../../src/testing/faulty-store.ts";
import { engineFixture } from "../support/engine-fixture.ts";

describe("law 1: shown means stored", () => {
  it("sends no event before its commit is acknowledged", async () => {
    const store = faultyStore(memoryStore());
    const { model, connect } = engineFixture({ store });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    await transport.frame("start");
    const release = store.hold();
    call.push("shown?");
    while (store.appends.length === 0) await new Promise(setImmediate);
    expect(transport.frames.map(({ type }) => type)).toEqual(["start"]);
    release();
    expect(await transport.frame("chunk")).toMatchObject({ content: "shown?", offset: "1-1" });
  });

  it("stores what all streams have pending in one write a turn", async () => {
    const store = faultyStore(memoryStore());
    const { model, connect } = engineFixture({ store });
    const { say, transport } = connect();
    for (let index = 0; index < 5; index += 1) say({ action: "ask" });
    const calls = [];
    for (let index = 0; index < 5; index += 1) calls.push(await model.next());
    for (const call of calls) call.push("a");
    await transport.until((frames) => (frames.filter(({ type }) => type === "chunk").length === 5 ? true : undefined));
    expect(store.appends.map((batch) => batch.length)).toEqual([5]);
  });

  it("commits no more often than the limit says, and gathers what comes meanwhile", async () => {
    const store = faultyStore(memoryStore());
    const clock = new FakeClock();
    const { model, connect } = engineFixture({ store, clock, limits: { commitEveryMs: 100 } });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    call.push("a");
    await transport.frame("chunk");
    for (const text of ["b", "c", "d"]) {
      call.push(text);
      await clock.advance(30);
    }
    expect(store.appends).toHaveLength(1);
    await clock.advance(10);
    await transport.until((frames) => (frames.length > 4 ? true : undefined));
    expect(store.appends.map(([append]) => append!.events.length)).toEqual([1, 3]);
    await clock.advance(1000);
    call.push("after silence");
    await transport.until((frames) => (frames.length > 5 ? true : undefined));
    expect(store.appends).toHaveLength(3);
  });

  it("gathers in one commit what comes in the rest after a delivery that took long", async () => {
    const store = faultyStore(memoryStore());
    const time = new FakeClock();
    let spent = 0;
    const clock: Clock = {
      now: () => time.now() + spent,
      after: (ms, callback) => time.after(ms, callback),
      turn: (callback) => time.turn(callback),
    };
    const { engine, model, connect } = engineFixture({ store, clock });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    await transport.frame("start");
    const { moved } = engine.hub;
    engine.hub.moved = (streamId) => {
      moved(streamId);
      spent += 7;
    };
    call.push("a");
    await transport.frame("chunk");
    engine.hub.moved = moved;
    for (const text of ["b", "c"]) {
      call.push(text);
      await settled();
      await settled();
    }
    await time.advance(6);
    expect(store.appends).toHaveLength(1);
    await time.advance(1);
    await transport.until((frames) => frames[3]);
    expect(store.appends.map(([append]) => append!.events.length)).toEqual([1, 2]);
    call.push("d");
    await transport.until((frames) => frames[4]);
    expect(store.appends).toHaveLength(3);
  });

  it("tells run and viewers when the store takes nothing, and goes on to one end when it does again", async () => {
    const store = faultyStore(memoryStore());
    const { model, connect } = engineFixture({ store, limits: { commitPatienceMs: 0, commitRetryMs: 1 } });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    await transport.frame("start");
    store.failure = new Error("database or disk is full");
    call.push("lost?");
    const told = await transport.frame("error");
    expect(told).toMatchObject({ code: "internal", streamId: transport.frames[0]!["streamId"] });
    expect(told).not.toHaveProperty("offset");
    await call.stopped;
    store.failure = undefined;
    await transport.until((frames) => frames.find((frame) => frame["type"] === "error" && "offset" in frame));
    expect(transport.frames.map(({ type, offset }) => [type, offset])).toEqual([
      ["start", "1-0"],
      ["error", undefined],
      ["chunk", "1-1"],
      ["error", "1-2"],
    ]);
  });
});

describe("a commit of several streams", () => {
  const failure = new Error("a fault of ours");
  const faults = {
    "its events cannot be taken": () => vi.spyOn(Writer.prototype, "take"),
    "its run cannot be told": () => vi.spyOn(Writer.prototype, "settle"),
    "its tail cannot be kept": () => vi.spyOn(Stream.prototype, "delivered"),
  };
  it.each(Object.entries(faults))("law 3: where %s, it is logged, and both go on whole", async (_name, faultyPart) => {
    const logged: unknown[] = [];
    const logger = { ...silentLogger, error: ({ err }: { err?: unknown }) => void logged.push(err) };
    const { model, connect } = engineFixture({ logger });
    const viewers = [connect(), connect()];
    const calls = [];
    for (const { say, transport } of viewers) {
      say({ action: "ask" });
      calls.push(await model.next());
      await transport.frame("start");
    }
    const spy = faultyPart().mockImplementationOnce(() => {
      throw failure;
    });
    for (const call of calls) call.push("a");
    await viewers[1]!.transport.frame("chunk");
    expect(logged).toEqual([failure]);
    spy.mockRestore();
    for (const call of calls) call.push("b");
    for (const { transport } of viewers) {
      const text = (): string => transport.frames.map(({ content }) => content ?? "").join("");
      await transport.until(() => (text() === "ab" ? true : undefined));
    }
  });
});

describe("law 2: one road", () => {
  it("replay gives the very frames that were delivered live", async () => {
    const { model, connect } = engineFixture();
    const live = connect();
    live.say({ action: "ask" });
    const call = await model.next();
    call.push("a", "b", "c");
    call.end();
    await live.transport.frame("done");
    const late = connect();
    late.say({ action: "resume", streamId: live.transport.frames[0]!["streamId"]! });
    await late.transport.frame("done");
    expect(late.transport.frames).toEqual(live.transport.frames);
  });

  it("a wake-up that was lost delays, and loses nothing", async () => {
    const { engine, model, connect } = engineFixture();
    const { moved } = engine.hub;
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    await transport.frame("start");
    engine.hub.moved = () => {};
    call.push("a");
    while (engine.metrics.events < 1) await new Promise(setImmediate);
    expect(transport.frames).toHaveLength(1);
    engine.hub.moved = moved;
    call.push("b");
    await transport.until((frames) => frames[2]);
    expect(transport.frames.slice(1).map(({ content }) => content)).toEqual(["a", "b"]);
  });

  it("reads the store only below the tail", async () => {
    const behind = memoryStore();
    const { engine, model, connect } = engineFixture({ store: behind, limits: { tailBytes: 300, mergeAbove: 1000 } });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    for (let index = 0; index < 40; index += 1) {
      call.push(`t${index}`);
      await transport.until((frames) => frames[index + 1]);
    }
    const { streamId } = transport.frames[0]!;
    const stream = engine.runs.stream(streamId as string)!;
    expect(stream.recent({ epoch: 1, seq: 39 })).toHaveLength(1);
    expect(stream.recent({ epoch: 1, seq: 0 })).toBeUndefined();
    const late = connect();
    late.say({ action: "resume", streamId: streamId! });
    await late.transport.until((frames) => frames[40]);
    expect(late.transport.frames).toEqual(transport.frames);
  });
});
