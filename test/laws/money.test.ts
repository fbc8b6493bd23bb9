import { describe, expect, it } from "vitest";
import { type ProgressEvent, gateway, route } from "sluice";
import type { Connection } from "../../src/connection.ts";
import { placeCaller } from "../../src/principal.ts";
import type { Transport } from "../../src/transport.ts";
import { PollTransport } from "../../src/transport/poll.ts";
import { RestTransport } from "../../src/transport/rest.ts";
import { type EventOutput, SseTransport } from "../../src/transport/sse.ts";
import { FakeClock, settled } from "../../src/testing/fake-clock.ts";
import type { TestLink } from "../support/engine-fixture.ts";
import { type Fixture, anyObject, engineFixture, plainDialect } from "../support/engine-fixture.ts";

/** Far below the time that a run may take. */
const ABSENCE = 10_000;
const usage = (inputTokens: number, outputTokens: number): ProgressEvent => ({
  type: "usage",
  inputTokens,
  outputTokens,
});

/** A route that asks its model twice, as an agent does. */
function twice(options: { maxTokens?: number; stopWhenUnwatchedMs?: number }): ReturnType<typeof gateway> {
  const ask = route({
    input: anyObject,
    ...options,
    async *run({ source, signal }) {
      const messages = [{ role: "user", content: "go" }] as const;
      yield* source.stream({ messages, signal, maxTokens: 1000 });
      yield* source.stream({ messages, signal });
    },
  });
  return gateway({ routes: { ask }, dialect: plainDialect });
}

async function begun({
  connect,
  model,
}: Fixture): Promise<{ link: TestLink; call: Awaited<ReturnType<typeof model.next>> }> {
  const link = connect();
  link.say({ action: "ask" });
  return { link, call: await model.next() };
}

/** A client that takes everything. */
const endlessOutput: EventOutput = { open() {}, write: () => true, bufferedBytes: 0, end() {}, cut() {} };

describe("a ceiling of tokens per run (DESIGN section 3, route options)", () => {
  it("gives each call what is left, and refuses the next one where nothing is: the text is kept", async () => {
    const fixture = engineFixture({ gateway: twice({ maxTokens: 500 }) });
    const { link, call } = await begun(fixture);
    // What was asked counts, too.
    expect(call.request.maxTokens).toBe(499);
    call.push("first", usage(300, 200));
    call.end();
    expect(await link.transport.frame("error")).toMatchObject({ code: "payload_too_large" });
    expect(link.transport.frames.map(({ type }) => type)).toEqual(["start", "chunk", "error"]);
    expect(fixture.model.calls).toHaveLength(1);
  });

  it("leaves a call that asks for less as it is, and takes what it used from the next", async () => {
    const fixture = engineFixture({ gateway: twice({ maxTokens: 5000 }) });
    const { link, call } = await begun(fixture);
    expect(call.request.maxTokens).toBe(1000);
    call.push(usage(300, 200));
    call.end();
    const second = await fixture.model.next();
    // More than any model's own limit is no cap.
    expect(second.request.maxTokens).toBeUndefined();
    second.push("whole");
    second.end();
    expect(await link.transport.frame("done")).toMatchObject({ content: "whole" });
  });

  it("stops a model that heeds no cap, and leaves nothing running upstream", async () => {
    const fixture = engineFixture({ gateway: twice({ maxTokens: 10 }) });
    const { link, call } = await begun(fixture);
    call.push("x".repeat(161));
    expect(await link.transport.frame("error")).toMatchObject({ code: "payload_too_large" });
    await call.stopped;
  });

  it("puts a call whose tokens nobody told down for its text", async () => {
    const fixture = engineFixture({ gateway: twice({ maxTokens: 100 }) });
    const { call } = await begun(fixture);
    call.push("x".repeat(80));
    call.end();
    expect((await fixture.model.next()).request.maxTokens).toBe(79);
  });
});

describe("law 6: a run that may stop when nobody watches", () => {
  it("is cancelled after that time, by the road of every cancel; a viewer who comes back in time stops the clock", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({ stopWhenUnwatchedMs: ABSENCE }), clock });
    const { link, call } = await begun(fixture);
    const start = await link.transport.frame("start");
    await clock.advance(10 * ABSENCE);
    call.push("a");
    await link.transport.frame("chunk");
    link.connection.gone();
    await clock.advance(ABSENCE - 1);
    const back = fixture.connect();
    back.say({ action: "resume", streamId: start["streamId"]! });
    await back.transport.frame("chunk");
    await clock.advance(5 * ABSENCE);
    expect(fixture.engine.runs.running).toBe(1);
    back.connection.gone();
    await clock.advance(ABSENCE);
    await call.stopped;
    const late = fixture.connect();
    late.say({ action: "resume", streamId: start["streamId"]! });
    expect(await late.transport.frame("cancelled")).toMatchObject({ partialLength: 1 });
    expect(fixture.engine.runs.running).toBe(0);
  });

  it("counts from its start where nobody ever followed it, as after respond-async", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({ stopWhenUnwatchedMs: ABSENCE }), clock });
    const rest = new RestTransport(plainDialect, true);
    const connection = accept(fixture, rest);
    connection.receive(JSON.stringify({ action: "ask" }));
    const call = await fixture.model.next();
    expect((await rest.answer).status).toBe(202);
    connection.gone();
    await clock.advance(ABSENCE - 1);
    expect(fixture.engine.runs.running).toBe(1);
    await clock.advance(1);
    await call.stopped;
    await clock.advance(0);
    expect(fixture.engine.runs.running).toBe(0);
  });

  it("counts from its start where its asker left before it began", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({ stopWhenUnwatchedMs: ABSENCE }), clock });
    const link = fixture.connect();
    link.say({ action: "ask" });
    link.connection.gone();
    const call = await fixture.model.next();
    await clock.advance(ABSENCE);
    await call.stopped;
    await settled();
    expect(fixture.engine.runs.running).toBe(0);
  });

  it.each([
    ["a REST caller", () => new RestTransport(plainDialect, false)],
    ["a long poll", () => new PollTransport(1000)],
    ["an event stream", () => new SseTransport(endlessOutput)],
  ])("is watched by %s while it waits", async (_name, transport) => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({ stopWhenUnwatchedMs: ABSENCE }), clock });
    const waiting = accept(fixture, transport());
    waiting.receive(JSON.stringify({ action: "ask" }));
    const call = await fixture.model.next();
    await clock.advance(4 * ABSENCE);
    expect(fixture.engine.runs.running).toBe(1);
    waiting.gone();
    await clock.advance(ABSENCE - 1);
    expect(fixture.engine.runs.running).toBe(1);
    await clock.advance(1);
    await call.stopped;
    await clock.advance(0);
    expect(fixture.engine.runs.running).toBe(0);
  });

  it("goes on for the viewer who stays when another leaves, and leaves no timer behind at its end", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({ stopWhenUnwatchedMs: ABSENCE }), clock });
    const { link, call } = await begun(fixture);
    const { streamId } = await link.transport.frame("start");
    const other = fixture.connect();
    other.say({ action: "resume", streamId: streamId! });
    await other.transport.frame("start");
    link.connection.gone();
    await clock.advance(2 * ABSENCE);
    call.end();
    (await fixture.model.next()).end();
    await other.transport.frame("done");
    await settled();
    expect(clock.pending).toBe(0);
  });

  it("goes on unwatched where its route does not say so", async () => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({}), clock });
    const { link } = await begun(fixture);
    await link.transport.frame("start");
    link.connection.gone();
    await clock.advance(4 * ABSENCE);
    expect(fixture.engine.runs.running).toBe(1);
  });
});

/** A connection on any transport. */
function accept({ engine }: Fixture, transport: Transport): Connection {
  const caller = placeCaller("app", undefined, undefined, transport.kind);
  return engine.accept({ id: transport.kind, caller, transport, maxFrameBytes: Number.POSITIVE_INFINITY });
}

describe("what a run has used stands in its end, whichever it is", () => {
  it.each<readonly [string, string, (fixture: Fixture, clock: FakeClock) => unknown]>([
    ["out of time", "timeout", (_fixture, clock) => clock.advance(300_000)],
    ["ended by a shutdown", "interrupted", ({ engine }) => engine.drain(0)],
    ["failed", "internal", ({ model }) => model.calls[0]!.fail(new Error("no"))],
  ])("%s", async (_name, code, end) => {
    const clock = new FakeClock();
    const fixture = engineFixture({ gateway: twice({}), clock });
    const { link, call } = await begun(fixture);
    const { streamId } = await link.transport.frame("start");
    call.push(usage(10, 5), "shown");
    await link.transport.frame("chunk");
    const ending = end(fixture, clock);
    await clock.advance(0);
    expect(await link.transport.frame("error")).toMatchObject({ code });
    await ending;
    const events = await fixture.engine.store.read(streamId as string, undefined, 10_000);
    expect(JSON.parse(events.at(-1)!.json)).toMatchObject({ code, usage: { inputTokens: 10, outputTokens: 5 } });
  });
});

describe("usage by principal and day", () => {
  it("counts whole, failed and cancelled runs, under their principal and app, at the same time too", async () => {
    const clock = new FakeClock(Date.UTC(2026, 10, 21, 23, 30));
    const fixture = engineFixture({ clock });
    const ends = ["end", "fail", "cancel"] as const;
    for (const end of ends) {
      const link = fixture.connect({ principal: { id: "ann" } });
      link.say({ action: "ask", requestId: end });
      const call = await fixture.model.next();
      call.push(usage(10, 5));
      await settled();
      if (end === "end") call.end();
      else if (end === "fail") call.fail(new Error("no"));
      else link.say({ action: "cancel", requestId: end });
    }
    const anonymous = fixture.connect();
    anonymous.say({ action: "ask" });
    const call = await fixture.model.next();
    call.push(usage(1, 1));
    call.end();
    await anonymous.transport.frame("done");
    await fixture.engine.drain(1000);
    const of = async (owner: string): Promise<unknown> =>
      (await fixture.engine.records.get({ collection: "usage", owner, id: "2026-11-21" }))?.value;
    expect(await of("app/u:ann")).toEqual({ runs: 3, inputTokens: 30, outputTokens: 15 });
    expect(await of("app/anonymous")).toEqual({ runs: 1, inputTokens: 1, outputTokens: 1 });
    expect(fixture.engine.metrics.tokens).toEqual({ app: { input: 31, output: 16 } });
  });
});

describe("a route's own check", () => {
  it("refuses before anything is stored, and is not asked again for a request that has its stream (law 8)", async () => {
    let allowed = true;
    const ask = route({
      input: anyObject,
      check: async () => {
        if (!allowed) throw new Error("no");
      },
      async *run() {
        yield { type: "text-delta", text: "yes" };
      },
    });
    const { connect } = engineFixture({ gateway: gateway({ routes: { ask }, dialect: plainDialect }) });
    const { say, transport } = connect({ session: "s" });
    say({ action: "ask", requestId: "r1" });
    await transport.frame("done");
    allowed = false;
    say({ action: "ask", requestId: "r1" });
    await transport.until((frames) => frames.filter(({ type }) => type === "done")[1]);
    say({ action: "ask", requestId: "r2" });
    await transport.frame("error");
    say({ action: "streams" });
    const list = await transport.frame("streams");
    expect((list["items"] as unknown[]).length).toBe(1);
  });
});
