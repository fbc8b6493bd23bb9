import { describe, expect, it } from "vitest";
import { LocalBus } from "../../src/bus/local.ts";
import type { Dialect } from "../../src/dialect.ts";
import { nativeDialect } from "../../src/dialect/native.ts";
import { type Gateway, gateway } from "../../src/gateway.ts";
import { memoryQuotas } from "../../src/quotas/memory.ts";
import { memoryRecords } from "../../src/records/memory.ts";
import { type AnyRoute, type RouteOptions, route } from "../../src/route.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import { type Fixture, type FixtureOptions, anyObject, ask, engineFixture } from "../support/engine-fixture.ts";
import { leasedStore } from "../support/leased-store.ts";

const ANN = { principal: { id: "ann", tenant: "acme" } };
const BOB = { principal: { id: "bob", tenant: "acme" } };
const CID = { principal: { id: "cid", tenant: "other" } };

/** Events as they are, one frame each. */
const dialect: Dialect = { name: "flat", encode: nativeDialect.encode, error: nativeDialect.error };

const speaking = (routes: Record<string, AnyRoute>): Gateway => gateway({ routes, dialect });

const fixture = (options: FixtureOptions): Fixture =>
  engineFixture({ gateway: speaking({ ask: ask as AnyRoute }), ...options });

/** A route whose runs stream what the model says, with these options. */
const talk = (options: Partial<RouteOptions<typeof anyObject, unknown>>): AnyRoute =>
  route<typeof anyObject, unknown>({
    input: anyObject,
    conversation: (input) => (input as { readonly chat?: string }).chat,
    async *run({ source, signal }) {
      const answer = yield* source.stream({ messages: [{ role: "user", content: "go" }], signal });
      return { length: answer.text.length };
    },
    ...options,
  }) as AnyRoute;

describe("limits: runs at once", () => {
  it("a principal that has all its runs gets rate_limited and when to ask again; another has its own", async () => {
    const { model, connect } = fixture({ allowances: { principal: { concurrentRuns: 2 } } });
    const [ann, bob] = [connect(ANN), connect(BOB)];
    for (const requestId of ["1", "2", "3"]) ann.say({ action: "ask", requestId });
    expect(await ann.transport.frame("error")).toEqual({
      type: "error",
      code: "rate_limited",
      message: "Too many runs at once.",
      retryable: true,
      retryAfterMs: 1000,
      requestId: "3",
    });
    bob.say({ action: "ask" });
    await bob.transport.frame("start");
    (await model.next()).end();
    await ann.transport.frame("complete");
    ann.say({ action: "ask", requestId: "4" });
    await ann.transport.until((frames) => frames.find(({ requestId, type }) => requestId === "4" && type === "start"));
  });

  it("32 runs at once is what a principal has where nothing is said", async () => {
    const { engine, connect } = fixture({});
    const ann = connect(ANN);
    for (let run = 0; run < 33; run += 1) ann.say({ action: "ask", requestId: String(run) });
    expect(await ann.transport.frame("error")).toMatchObject({ code: "rate_limited", requestId: "32" });
    expect(engine.runs.running).toBe(32);
  });

  it("law 8: a request that has its stream already is not refused", async () => {
    const { connect } = fixture({ allowances: { principal: { concurrentRuns: 1 } } });
    const ann = connect(ANN);
    ann.say({ action: "ask", requestId: "1" });
    const { streamId } = await ann.transport.frame("start");
    const again = connect(ANN);
    again.say({ action: "ask", requestId: "1" });
    expect(await again.transport.frame("start")).toMatchObject({ streamId });
  });

  it("law 8: a request that is repeated takes no second place", async () => {
    const { connect } = fixture({ allowances: { principal: { concurrentRuns: 2 } } });
    const ann = connect(ANN);
    for (const requestId of ["1", "1", "1", "2"]) ann.say({ action: "ask", requestId });
    await ann.transport.until((frames) => frames.find(({ requestId }) => requestId === "2"));
    expect(ann.transport.frames.map(({ type }) => type)).not.toContain("error");
  });

  it("anonymous callers are told apart by session, else by connection", async () => {
    const { connect } = fixture({ allowances: { principal: { concurrentRuns: 1 } } });
    const here = [connect({ session: "s" }), connect({ session: "t" }), connect(), connect()];
    for (const { say } of here) say({ action: "ask" });
    for (const { transport } of here) await transport.frame("start");
    const second = connect({ session: "s" });
    second.say({ action: "ask" });
    expect(await second.transport.frame("error")).toMatchObject({ code: "rate_limited" });
  });

  it("a route may allow less than all", async () => {
    const { connect } = fixture({
      gateway: speaking({ ask: ask as AnyRoute, heavy: talk({ limits: { concurrentRuns: 1 } }) }),
    });
    const ann = connect(ANN);
    ann.say({ action: "heavy" });
    ann.say({ action: "heavy", requestId: "2" });
    expect(await ann.transport.frame("error")).toMatchObject({ code: "rate_limited", requestId: "2" });
    ann.say({ action: "ask", requestId: "3" });
    await ann.transport.until((frames) => frames.find(({ requestId, type }) => requestId === "3" && type === "start"));
  });
});

describe("limits: a tenant's queue", () => {
  it("a run that finds no place is stored, says that it waits, and begins when one falls free", async () => {
    const { model, connect } = fixture({ allowances: { tenant: { concurrentRuns: 1 } } });
    const [ann, bob, cid] = [connect(ANN), connect(BOB), connect(CID)];
    ann.say({ action: "ask" });
    const first = await model.next();
    bob.say({ action: "ask" });
    expect(await bob.transport.frame("status")).toMatchObject({ stage: "queued", offset: "1-1" });
    cid.say({ action: "ask" });
    await model.next();
    expect(model.calls).toHaveLength(2);
    first.end();
    await ann.transport.frame("complete");
    (await model.next()).end();
    await bob.transport.frame("complete");
    expect(bob.transport.frames.map(({ type }) => type)).toEqual(["start", "status", "complete"]);
  });

  it("where too many wait already, or one has waited too long, it is rate_limited", async () => {
    const clock = new FakeClock();
    const allowances = { tenant: { concurrentRuns: 1 }, queue: { most: 1, waitMs: 5000 } };
    const { connect } = fixture({ allowances, clock });
    const [ann, bob] = [connect(ANN), connect(BOB)];
    ann.say({ action: "ask" });
    bob.say({ action: "ask" });
    await bob.transport.frame("status");
    const third = connect(BOB);
    third.say({ action: "ask" });
    const refused = { code: "rate_limited", retryAfterMs: 1000 };
    expect(await third.transport.frame("error")).toMatchObject(refused);
    expect(third.transport.frames).toHaveLength(1);
    await clock.advance(5000);
    expect(await bob.transport.frame("error")).toMatchObject({ ...refused, offset: "1-2" });
  });

  it("law 6: a cancel works while a run waits; its model is never asked", async () => {
    const { model, connect, engine } = fixture({ allowances: { tenant: { concurrentRuns: 1 } } });
    const [ann, bob] = [connect(ANN), connect(BOB)];
    ann.say({ action: "ask" });
    const first = await model.next();
    bob.say({ action: "ask", requestId: "b" });
    await bob.transport.frame("status");
    bob.say({ action: "cancel", requestId: "b" });
    expect(await bob.transport.frame("cancelled")).toMatchObject({ partialLength: 0 });
    first.end();
    await ann.transport.frame("complete");
    await settled();
    expect([model.calls.length, engine.runs.running]).toEqual([1, 0]);
  });

  it("the time that a run waits is no part of its own", async () => {
    const clock = new FakeClock();
    const { model, connect } = fixture({
      gateway: speaking({ long: talk({}), short: talk({ timeoutMs: 1000 }) }),
      allowances: { tenant: { concurrentRuns: 1 } },
      clock,
    });
    const [ann, bob] = [connect(ANN), connect(BOB)];
    ann.say({ action: "long" });
    const first = await model.next();
    bob.say({ action: "short" });
    await bob.transport.frame("status");
    await clock.advance(30_000);
    first.end();
    await model.next();
    await clock.advance(999);
    expect(bob.transport.frames.map(({ type }) => type)).toEqual(["start", "status"]);
    await clock.advance(1);
    expect(await bob.transport.frame("error")).toMatchObject({ code: "timeout" });
  });
});

describe("limits: tokens, money and messages", () => {
  it("tokens count when the model tells them; a new run is then refused until the minute is over", async () => {
    const clock = new FakeClock();
    const { model, connect } = fixture({ clock, allowances: { tenant: { tokensPerMinute: 100 } } });
    const [ann, bob, cid] = [connect(ANN), connect(BOB), connect(CID)];
    ann.say({ action: "ask" });
    const call = await model.next();
    call.push({ type: "usage", inputTokens: 60, outputTokens: 60 }, "still going");
    await ann.transport.frame("text-delta");
    bob.say({ action: "ask" });
    expect(await bob.transport.frame("error")).toMatchObject({ code: "rate_limited", retryAfterMs: 60_000 });
    cid.say({ action: "ask" });
    await cid.transport.frame("start");
    call.end();
    await ann.transport.frame("complete");
    await clock.advance(60_000);
    bob.say({ action: "ask" });
    await bob.transport.frame("start");
  });

  it("a day's budget that is used up refuses new runs until the day is over", async () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 2, 23));
    const allowances = { principal: { costPerDay: 1 }, prices: { scripted: { input: 1, output: 10 } } };
    const { engine, model, connect } = fixture({ clock, allowances });
    const ann = connect(ANN);
    ann.say({ action: "ask" });
    const call = await model.next();
    call.push({ type: "usage", inputTokens: 100_000, outputTokens: 90_000 });
    call.end();
    await ann.transport.frame("complete");
    await engine.ledger.settled();
    ann.say({ action: "ask" });
    expect(await ann.transport.frame("error")).toMatchObject({ code: "rate_limited", retryAfterMs: 3_600_000 });
    await clock.advance(3_600_000);
    ann.say({ action: "ask", requestId: "tomorrow" });
    await ann.transport.until((frames) => frames.find(({ requestId }) => requestId === "tomorrow"));
  });

  it("law 11: who sends more messages than a second may have is told so once, and read again when it is over", async () => {
    const clock = new FakeClock();
    const { connect } = fixture({ clock, allowances: { principal: { messagesPerSecond: 3 } } });
    const ann = connect(ANN);
    for (let message = 0; message < 100; message += 1) ann.say({ action: "ping" });
    expect(await ann.transport.frame("error")).toMatchObject({ code: "rate_limited", retryAfterMs: 1000 });
    await clock.advance(999);
    const types = (): unknown[] => ann.transport.frames.map(({ type }) => type);
    expect([types(), ann.transport.paused]).toEqual([["pong", "pong", "pong", "error"], true]);
    await clock.advance(1);
    expect(types().slice(4)).toEqual(["pong", "pong", "pong", "error"]);
    const [bob, other] = [connect(BOB), connect({ principal: { id: "ann" }, app: "other" })];
    for (const { say } of [bob, other]) say({ action: "ping" });
    await Promise.all([bob.transport.frame("pong"), other.transport.frame("pong")]);
  });
});

describe("limits: a conversation that is busy", () => {
  const busy = (whenBusy: "reject" | "queue" | "replace"): Gateway => speaking({ chat: talk({ whenBusy }) });

  it("reject: the second request is a conflict; another conversation, and another caller's, is not", async () => {
    const { connect } = fixture({ gateway: busy("reject") });
    const [ann, bob] = [connect(ANN), connect(BOB)];
    ann.say({ action: "chat", chat: "1", requestId: "a" });
    ann.say({ action: "chat", chat: "1", requestId: "b" });
    ann.say({ action: "chat", chat: "2", requestId: "c" });
    ann.say({ action: "chat", requestId: "d" });
    ann.say({ action: "chat", requestId: "e" });
    bob.say({ action: "chat", chat: "1" });
    await bob.transport.frame("start");
    await ann.transport.until((frames) => frames.find(({ requestId }) => requestId === "e"));
    expect(await ann.transport.frame("error")).toMatchObject({ code: "conflict", requestId: "b" });
    expect(ann.transport.frames.filter(({ type }) => type === "start")).toHaveLength(4);
  });

  it("queue: the second request waits for the first one's end", async () => {
    const { model, connect } = fixture({ gateway: busy("queue") });
    const ann = connect(ANN);
    ann.say({ action: "chat", chat: "1", requestId: "a" });
    const first = await model.next();
    ann.say({ action: "chat", chat: "1", requestId: "b" });
    expect(await ann.transport.frame("status")).toMatchObject({ stage: "queued", requestId: "b" });
    expect(model.calls).toHaveLength(1);
    first.end();
    (await model.next()).end();
    await ann.transport.until((frames) =>
      frames.find(({ requestId, type }) => requestId === "b" && type === "complete"),
    );
  });

  it("replace: the second request cancels the first, in another process too", async () => {
    const shared = {
      store: leasedStore(10_000),
      records: memoryRecords(),
      quotas: memoryQuotas(),
      gateway: busy("replace"),
    };
    const wire = new LocalBus();
    const [here, there] = [fixture({ ...shared, bus: wire.join() }), fixture({ ...shared, bus: wire.join() })];
    const [ann, elsewhere] = [here.connect(ANN), there.connect(ANN)];
    ann.say({ action: "chat", chat: "1" });
    const first = await here.model.next();
    first.push("half");
    await ann.transport.frame("text-delta");
    elsewhere.say({ action: "chat", chat: "1" });
    const second = await there.model.next();
    expect(await ann.transport.frame("cancelled")).toMatchObject({ partialLength: 4 });
    await first.stopped;
    second.end();
    await elsewhere.transport.frame("complete");
    expect(elsewhere.transport.frames.map(({ type }) => type)).toEqual(["start", "complete"]);
  });
});
