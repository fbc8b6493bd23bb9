import { describe, expect, it } from "vitest";
import { engineFixture } from "../support/engine-fixture.ts";

describe("law 8: the same request once", () => {
  it("on the same connection it answers with start again; on another it gives the whole stream; one run upstream", async () => {
    const { model, connect } = engineFixture();
    const [first, second] = [connect({ session: "s" }), connect({ session: "s" })];
    first.say({ action: "ask", requestId: "r", question: 1 });
    const call = await model.next();
    call.push("a");
    await first.transport.frame("chunk");
    first.say({ action: "ask", requestId: "r", question: 1 });
    second.say({ action: "ask", requestId: "r", question: 1 });
    await second.transport.frame("chunk");
    await first.transport.until((frames) => frames[2]);
    call.end();
    await first.transport.frame("done");
    await second.transport.frame("done");
    expect(first.transport.frames.map(({ type, offset }) => `${type} ${offset}`)).toEqual([
      "start 1-0",
      "chunk 1-1",
      "start 1-0",
      "done 1-2",
    ]);
    expect(second.transport.frames.map(({ type }) => type)).toEqual(["start", "chunk", "done"]);
    expect(model.calls).toHaveLength(1);
    second.say({ action: "ask", requestId: "r", question: 1 });
    await second.transport.until((frames) => frames[5]);
    expect(model.calls).toHaveLength(1);
  });

  it("with a different body it is a conflict, and the connection stays usable", async () => {
    const { model, connect } = engineFixture();
    const { say, transport } = connect();
    say({ action: "ask", requestId: "r", question: 1 });
    await model.next();
    say({ action: "ask", requestId: "r", question: 2 });
    expect(await transport.frame("error")).toMatchObject({ code: "conflict", requestId: "r" });
    say({ action: "ping" });
    await transport.frame("pong");
  });

  it("while the server drains a known request still gets its stream, a new one is refused", async () => {
    const { engine, model, connect } = engineFixture();
    const { say, transport } = connect({ session: "s" });
    say({ action: "ask", requestId: "r" });
    const call = await model.next();
    await transport.frame("start");
    const drained = engine.drain(60_000);
    const second = connect({ session: "s" });
    second.say({ action: "ask", requestId: "r" });
    second.say({ action: "ask", requestId: "new" });
    expect(await second.transport.frame("error")).toMatchObject({ code: "interrupted", requestId: "new" });
    call.push("a");
    call.end();
    expect(await second.transport.frame("done")).toMatchObject({ requestId: "r", content: "a" });
    await drained;
  });

  it("in another session it is another request", async () => {
    const { model, connect } = engineFixture();
    connect({ session: "a" }).say({ action: "ask", requestId: "r" });
    connect({ session: "b" }).say({ action: "ask", requestId: "r" });
    await model.next();
    await model.next();
    expect(model.calls).toHaveLength(2);
  });
});

describe("law 9: nobody sees another's stream", () => {
  it("another principal, an anonymous caller and another app get not_found on every path", async () => {
    const { engine, model, connect } = engineFixture();
    const alice = connect({ principal: { id: "alice" } });
    alice.say({ action: "ask", requestId: "r" });
    (await model.next()).push("mine");
    const { streamId } = await alice.transport.frame("start");
    await alice.transport.frame("chunk");
    const strangers = [
      connect({ principal: { id: "bob" } }),
      connect(),
      connect({ principal: { id: "alice" }, app: "other" }),
    ];
    for (const { say, transport, connection } of strangers) {
      say({ action: "resume", streamId: streamId!, offset: "1-99" });
      say({ action: "cancel", streamId: streamId! });
      say({ action: "streams" });
      await transport.frame("streams");
      expect(transport.frames).toEqual([
        { type: "error", code: "not_found", message: expect.any(String), streamId },
        { type: "error", code: "not_found", message: expect.any(String), streamId },
        { type: "streams", items: [] },
      ]);
      await expect(engine.catalog.erase(connection.caller, streamId as string)).rejects.toMatchObject({
        code: "not_found",
      });
    }
    expect(engine.runs.running).toBe(1);
  });

  it("the owner finds it from any connection, in her list too", async () => {
    const { model, connect } = engineFixture();
    const first = connect({ principal: { id: "alice" } });
    first.say({ action: "ask", requestId: "r" });
    (await model.next()).end();
    const { streamId } = await first.transport.frame("done");
    const second = connect({ principal: { id: "alice" } });
    second.say({ action: "resume", streamId: streamId! });
    await second.transport.frame("done");
    second.say({ action: "streams", state: "ended" });
    const { items } = await second.transport.frame("streams");
    expect(items).toMatchObject([{ streamId, state: "complete", requestId: "r", offset: "1-1" }]);
  });

  it("anonymous: the stream's id is the capability, the session holds the list", async () => {
    const { model, connect } = engineFixture();
    const asker = connect({ session: "mine" });
    asker.say({ action: "ask" });
    (await model.next()).end();
    const { streamId } = await asker.transport.frame("done");
    expect((streamId as string).length).toBeGreaterThanOrEqual(22);
    const other = connect({ session: "other" });
    other.say({ action: "resume", streamId: streamId! });
    await other.transport.frame("done");
    other.say({ action: "streams" });
    expect(await other.transport.frame("streams")).toEqual({ type: "streams", items: [] });
  });
});

describe("law 11: bad input gets a clear error", () => {
  it.each([
    ["{", "bad_request"],
    ["", "bad_request"],
    ["[]", "bad_request"],
    ["null", "bad_request"],
    ["42", "bad_request"],
    ['"text"', "bad_request"],
    ["{}", "bad_request"],
    ['{"action":7}', "bad_request"],
    ['{"action":null}', "bad_request"],
    ['{"action":""}', "unknown_action"],
    ['{"action":"nothing"}', "unknown_action"],
    ['{"action":"$connect"}', "unknown_action"],
    ['{"action":"__proto__"}', "unknown_action"],
    ['{"action":"constructor"}', "unknown_action"],
    ['{"action":"toString"}', "unknown_action"],
    ['{"__proto__":{"action":"ask"}}', "bad_request"],
    ['{"action":"ask","requestId":7}', "bad_request"],
    [`{"action":"ask","requestId":"${"x".repeat(129)}"}`, "bad_request"],
    ['{"action":"resume"}', "bad_request"],
    ['{"action":"resume","streamId":{}}', "bad_request"],
    ['{"action":"resume","streamId":"nobody knows it"}', "not_found"],
    ['{"action":"cancel"}', "bad_request"],
    ['{"action":"cancel","streamId":"nobody knows it"}', "not_found"],
    ['{"action":"streams","state":"open"}', "bad_request"],
    ['{"action":"streams","cursor":"garbage"}', "bad_request"],
    ['{"action":"authenticate","token":"x"}', "unauthorized"],
  ])("%s is answered with %s, and the connection stays usable", async (text, code) => {
    const { connect, model } = engineFixture();
    const { connection, say, transport } = connect();
    connection.receive(text);
    say({ action: "ping" });
    await transport.frame("pong");
    expect(transport.frames).toEqual([expect.objectContaining({ type: "error", code }), { type: "pong" }]);
    expect(model.calls).toHaveLength(0);
  });
});
