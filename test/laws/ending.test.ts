import { describe, expect, it } from "vitest";
import { SluiceError } from "../../src/protocol/errors.ts";
import { gateway } from "../../src/gateway.ts";
import { textDelta } from "../../src/protocol/events.ts";
import { route } from "../../src/route.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { anyObject, engineFixture, plainDialect } from "../support/engine-fixture.ts";

const TERMINAL = ["done", "error", "cancelled"];

describe("law 5: every stream ends, exactly once", () => {
  it("a handler that throws ends its stream with an error, and shows nothing of the reason", async () => {
    const broken = route({
      input: anyObject,
      async *run() {
        yield textDelta("part");
        throw new Error("secret database password");
      },
    });
    const { connect } = engineFixture({ gateway: gateway({ routes: { broken }, dialect: plainDialect }) });
    const { say, transport } = connect();
    say({ action: "broken" });
    const error = await transport.frame("error");
    expect(error).toMatchObject({ code: "internal", offset: "1-2" });
    expect(JSON.stringify(transport.frames)).not.toContain("secret");
  });

  it("a handler cannot end its stream by hand", async () => {
    const forged = route({
      input: anyObject,
      async *run() {
        yield { type: "complete", text: "forged" } as never;
      },
    });
    const { connect } = engineFixture({ gateway: gateway({ routes: { forged }, dialect: plainDialect }) });
    const { say, transport } = connect();
    say({ action: "forged" });
    expect(await transport.frame("error")).toMatchObject({ code: "internal" });
  });

  it("a dialect that throws costs its viewer the stream, and nobody else anything", async () => {
    const brittle = {
      ...plainDialect,
      encode: (...[start, event, at]: Parameters<typeof plainDialect.encode>) => {
        if (event.type === "text-delta" && event.text === "boom") throw new Error("a bug in the dialect");
        return plainDialect.encode(start, event, at);
      },
    };
    const { engine, model, connect } = engineFixture();
    const [unlucky, other] = [connect({ dialect: brittle }), connect()];
    unlucky.say({ action: "ask" });
    const first = await model.next();
    const { streamId } = await unlucky.transport.frame("start");
    other.say({ action: "ask" });
    const second = await model.next();
    first.push("boom", "after");
    second.push("fine");
    expect(await unlucky.transport.frame("error")).toMatchObject({ code: "internal", streamId });
    await other.transport.frame("chunk");
    first.end();
    second.end();
    await other.transport.frame("done");
    await engine.runs.get(streamId as string)?.done;
    const late = connect();
    late.say({ action: "resume", streamId: streamId! });
    expect(await late.transport.frame("done")).toMatchObject({ content: "boomafter" });
  });

  it("a handler's own clean-up runs where an event of its is refused", async () => {
    const cleaned = Promise.withResolvers<void>();
    const odd = route({
      input: anyObject,
      async *run() {
        try {
          yield { type: "data", name: "n", value: 1n as never };
        } finally {
          cleaned.resolve();
        }
      },
    });
    const { connect } = engineFixture({ gateway: gateway({ routes: { odd }, dialect: plainDialect }) });
    const { say, transport } = connect();
    say({ action: "odd" });
    expect(await transport.frame("error")).toMatchObject({ code: "internal" });
    await cleaned.promise;
  });

  it("a handler whose result is no JSON ends its stream with an error", async () => {
    const odd = route({
      input: anyObject,
      async *run() {
        yield textDelta("part");
        return 1n;
      },
    });
    const { engine, connect } = engineFixture({ gateway: gateway({ routes: { odd }, dialect: plainDialect }) });
    const { say, transport } = connect();
    say({ action: "odd" });
    expect(await transport.frame("error")).toMatchObject({ code: "internal", offset: "1-2" });
    expect(engine.runs.running).toBe(0);
  });

  it("a run that takes too long ends as timeout, its model aborted, its text kept", async () => {
    const slow = route({
      input: anyObject,
      timeoutMs: 20,
      async *run({ source, signal }) {
        yield* source.stream({ messages: [], signal });
      },
    });
    const { model, connect } = engineFixture({ gateway: gateway({ routes: { slow }, dialect: plainDialect }) });
    const { say, transport } = connect();
    say({ action: "slow" });
    const call = await model.next();
    call.push("part");
    expect(await transport.frame("error")).toMatchObject({ code: "timeout", offset: "1-2" });
    expect(transport.frames[1]).toMatchObject({ content: "part" });
    await call.stopped;
  });

  it("what a dead process left is ended as interrupted under a new epoch, once", async () => {
    const store = memoryStore();
    const dead = engineFixture({ store });
    const viewer = dead.connect();
    viewer.say({ action: "ask" });
    (await dead.model.next()).push("shown");
    await viewer.transport.frame("chunk");
    const streamId = viewer.transport.frames[0]!["streamId"] as string;
    const head = (await store.head(streamId))!;
    store.abandoned = async () => [head];

    const alive = engineFixture({ store });
    await alive.engine.sweep();
    await alive.engine.sweep();
    const { say, transport } = alive.connect();
    say({ action: "resume", streamId, offset: "1-1" });
    expect(await transport.frame("error")).toMatchObject({ code: "interrupted", offset: "2-2" });
    expect(transport.frames).toHaveLength(1);
    expect((await store.head(streamId))!.epochs).toEqual([0, 2]);
  });

  it("a zombie writer is fenced off by the next epoch, and its model is aborted", async () => {
    const store = memoryStore();
    const { engine, model, connect } = engineFixture({ store });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    const { streamId } = await transport.frame("start");
    await store.takeover(streamId as string, 1);
    call.push("from the grave");
    await call.stopped;
    expect(engine.runs.running).toBe(0);
    expect(await store.read(streamId as string, { epoch: 1, seq: 0 }, 1000)).toEqual([]);
  });
});

describe("law 6: disconnect is not stop", () => {
  it("a run goes on when its viewers leave", async () => {
    const { engine, model, connect } = engineFixture();
    const first = connect();
    first.say({ action: "ask" });
    const call = await model.next();
    const { streamId } = await first.transport.frame("start");
    first.connection.gone();
    call.push("a", "b");
    call.end();
    await engine.runs.get(streamId as string)?.done;
    const late = connect();
    late.say({ action: "resume", streamId: streamId! });
    expect(await late.transport.frame("done")).toMatchObject({ content: "ab" });
  });

  it("a cancel from another connection aborts the model, keeps the text, and is every viewer's last frame", async () => {
    const { model, connect } = engineFixture();
    const [first, second, third] = [connect(), connect(), connect()];
    first.say({ action: "ask", requestId: "r" });
    const call = await model.next();
    const { streamId } = await first.transport.frame("start");
    second.say({ action: "resume", streamId: streamId! });
    call.push("héllo", { type: "usage", inputTokens: 3, outputTokens: 2 });
    await second.transport.frame("chunk");
    third.say({ action: "cancel", streamId: streamId! });
    await call.stopped;
    call.push("too late");
    const receipt = { type: "cancelled", streamId, offset: "1-3", requestId: "r", partialLength: 5 };
    const usage = { inputTokens: 3, outputTokens: 2 };
    for (const viewer of [first, second]) {
      expect(await viewer.transport.frame("cancelled")).toEqual({ ...receipt, usage });
    }
    expect(await third.transport.frame("ended")).toEqual({
      type: "ended",
      streamId,
      state: "cancelled",
      requestId: "r",
    });
    for (const viewer of [first, second]) expect(viewer.transport.frames.at(-1)).toMatchObject({ type: "cancelled" });
  });

  it("a cancel by request id reaches the run in its own session only", async () => {
    const { model, connect } = engineFixture();
    const [asker, stranger, same] = [connect({ session: "s" }), connect({ session: "x" }), connect({ session: "s" })];
    asker.say({ action: "ask", requestId: "r" });
    await model.next();
    await asker.transport.frame("start");
    stranger.say({ action: "cancel", requestId: "r" });
    stranger.say({ action: "ping" });
    await stranger.transport.frame("pong");
    expect(stranger.transport.frames).toHaveLength(1);
    same.say({ action: "cancel", requestId: "r" });
    await asker.transport.frame("cancelled");
    expect(await same.transport.frame("ended")).toMatchObject({ requestId: "r", state: "cancelled" });
  });

  it("a cancel that comes before its request is remembered: start, cancelled, and nothing upstream", async () => {
    const { model, connect } = engineFixture();
    const { say, transport } = connect();
    say({ action: "cancel", requestId: "r" });
    say({ action: "ask", requestId: "r" });
    await transport.frame("cancelled");
    expect(transport.frames.map(({ type, offset }) => [type, offset])).toEqual([
      ["start", "1-0"],
      ["cancelled", "1-1"],
    ]);
    expect(model.calls).toHaveLength(0);
  });

  it("an early cancel from another connection of the session hears how the run ended", async () => {
    const { connect } = engineFixture();
    const [canceller, asker] = [connect({ session: "s" }), connect({ session: "s" })];
    canceller.say({ action: "cancel", requestId: "r" });
    canceller.say({ action: "ping" });
    await canceller.transport.frame("pong");
    asker.say({ action: "ask", requestId: "r" });
    const { streamId } = await asker.transport.frame("cancelled");
    expect(await canceller.transport.frame("ended")).toEqual({
      type: "ended",
      streamId,
      state: "cancelled",
      requestId: "r",
    });
    expect(asker.transport.frames.map(({ type }) => type)).toEqual(["start", "cancelled"]);
  });

  it("a cancel after the end says ended", async () => {
    const { model, connect } = engineFixture();
    const { say, transport } = connect();
    say({ action: "ask" });
    (await model.next()).end();
    const { streamId } = await transport.frame("done");
    say({ action: "cancel", streamId: streamId! });
    expect(await transport.frame("ended")).toEqual({ type: "ended", streamId, state: "complete" });
  });
});

describe("law 10: upstream success is proved", () => {
  it("a cut upstream ends the stream as upstream_truncated, with the text kept", async () => {
    const { model, connect } = engineFixture();
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    call.push("half of");
    call.fail(new SluiceError("upstream_truncated", "The model's answer was cut off."));
    expect(await transport.frame("error")).toMatchObject({ code: "upstream_truncated", offset: "1-2" });
    expect(transport.frames.filter(({ type }) => TERMINAL.includes(type as string))).toHaveLength(1);
    expect(transport.frames[1]).toMatchObject({ content: "half of" });
  });
});
