import { describe, expect, it } from "vitest";
import { begun, bench, complete, delta, frame, json, reconnect, requested } from "../../test/support/client-bench.ts";
import { settled } from "../testing/fake-clock.ts";

describe("reconnecting", () => {
  it("law 8: a request whose start was never seen is sent again, the very same", async () => {
    const at = bench();
    const { socket } = await requested(at);
    const next = await reconnect(at);
    expect(next.actions("ask")).toEqual([{ action: "ask", question: "?", requestId: "r" }]);
    expect(next.actions("ask")).toEqual(socket.actions("ask"));
    expect(at.client.stats.reconnects).toBe(1);
  });

  it("law 3: a run resumes after its last event, and is streaming again once the server has answered", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("a")]));
    socket.cut();
    expect(run.state).toBe("resuming");
    await at.clock.advance(1000);
    at.sockets.last.accept();
    const next = at.sockets.last;
    expect(next.sent).toEqual([{ action: "resume", streamId: "s", offset: "1-1" }, { action: "ping" }]);
    socket.deliver(frame(2, [delta("late")]));
    next.deliver({ type: "pong" });

    expect(run).toMatchObject({ state: "streaming", text: "a" });
  });

  it.each(["stream_gone", "not_found", "forbidden"])("%s at a resume ends the run with that error", async (code) => {
    const { run, socket, events } = await begun(bench());
    socket.deliver({ type: "error", streamId: "s", code, message: "no", retryable: false });
    await expect(run.result).rejects.toMatchObject({ code });
    await expect(events).rejects.toMatchObject({ code });
    expect(run.state).toBe("error");
  });

  it("an error of the store about a stream does not end its run: it is asked for again", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver({ type: "error", streamId: "s", code: "internal", message: "not stored", retryable: true });
    expect(run.state).toBe("streaming");
    await at.clock.advance(250);
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-0" }]);
    socket.deliver(frame(1, [complete("")]));
    expect(run.state).toBe("complete");
  });

  it("law 11: an error about the request ends the run, except that of a server that is going down", async () => {
    const at = bench();
    const { run, socket } = await requested(at);
    socket.deliver({ type: "error", requestId: "r", code: "interrupted", message: "later", retryable: true });
    await at.clock.advance(250);
    expect(socket.actions("ask")).toHaveLength(2);
    socket.deliver({
      type: "error",
      requestId: "r",
      code: "rate_limited",
      message: "!",
      retryAfterMs: 9,
      retryable: true,
    });
    await expect(run.result).rejects.toMatchObject({ code: "rate_limited", retryAfterMs: 9 });
    await expect(run.started).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("an error event ends the stream, and is its last event", async () => {
    const { run, socket, events } = await begun(bench());
    socket.deliver(frame(1, [{ type: "error", code: "timeout", message: "too long", retryable: true }]));
    await expect(run.result).rejects.toMatchObject({ code: "timeout", message: "too long" });
    expect((await events).at(-1)).toMatchObject({ type: "error", code: "timeout" });
  });

  it("`ended` before our place is the end asks for the rest; at the end, the state says how it ended", async () => {
    const state = {
      streamId: "s",
      state: "error",
      offset: "1-2",
      text: "ab",
      error: { code: "timeout", message: "t" },
    };
    const at = bench({ "GET /streams/s": () => json(state) });
    const { run, socket } = await begun(at);
    socket.deliver({ type: "ended", streamId: "s", state: "error" });
    await settled();
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-0" }]);
    const atEnd = at.client.follow("s", { offset: "1-2" });
    socket.deliver({ type: "ended", streamId: "s", state: "error" });
    await expect(atEnd.result).rejects.toMatchObject({ code: "timeout" });
    expect(atEnd).toMatchObject({ state: "error", text: "ab" });
    expect(run.state).toBe("streaming");
  });

  it("text that was left out is fetched, again and again where the network fails", async () => {
    let tries = 0;
    const state = { streamId: "s", state: "complete", offset: "1-2", text: "long", result: "fine" };
    const at = bench({
      "GET /streams/s": () => ((tries += 1) < 3 ? new Response("bad gateway", { status: 502 }) : json(state)),
    });
    const { run, socket, events } = await begun(at);
    socket.deliver(frame(1, [delta("long")]));
    socket.deliver({ ...frame(2, [complete("", "fine")]), href: "/app/streams/s" });
    await at.clock.advance(1000);
    expect(await run.result).toBe("fine");
    expect((await events).at(-1)).toEqual({ type: "complete", text: "long", result: "fine" });
    expect(tries).toBe(3);
  });

  it("closed while it waits to ask again, it leaves no timer", async () => {
    const at = bench();
    const { socket } = await begun(at);
    socket.deliver({ type: "error", streamId: "s", code: "internal", message: "not stored", retryable: true });
    at.client.close();
    await settled();
    expect(at.clock.pending).toBe(0);
    expect(socket.released).toBe(true);
  });
});
