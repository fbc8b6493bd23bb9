import { describe, expect, it } from "vitest";
import {
  begun,
  bench,
  collect,
  delta,
  frame,
  json,
  reconnect,
  requested,
  start,
} from "../../test/support/client-bench.ts";
import { settled } from "../testing/fake-clock.ts";

describe("requests and cancels", () => {
  it("above 32 KB of UTF-8 a request goes by HTTP, and is tried again as the same one", async () => {
    let tries = 0;
    const at = bench({
      "POST /llm/chat": () => ((tries += 1) === 1 ? new Response("", { status: 503 }) : json({ streamId: "s" }, 202)),
    });
    const run = at.client.run("llm/chat", { question: "→".repeat(11_000) });
    const small = at.client.run("llm/chat", { question: "a".repeat(32_000) });
    await settled();
    at.sockets.last.accept();
    expect(at.sockets.last.actions("llm/chat")).toHaveLength(1);
    await at.clock.advance(250);

    expect(await run.started).toBe("s");
    expect(small.streamId).toBeUndefined();
    expect(at.asked).toEqual(["POST /llm/chat", "POST /llm/chat"]);
    expect(at.sockets.last.actions("resume")).toEqual([{ action: "resume", streamId: "s" }]);
  });

  it("law 6: a cancel before anything was sent needs no server", async () => {
    const at = bench();
    const run = at.client.run("ask", {});
    await run.cancel();
    await settled();
    at.sockets.last.accept();
    expect(at.sockets.last.actions("ask")).toEqual([]);
    await expect(run.result).rejects.toMatchObject({ code: "cancelled" });
  });

  it("a run that was cancelled before anything was sent tells so to an iterator that comes late", async () => {
    const run = bench().client.run("ask", {});
    await run.cancel();
    expect(await collect(run)).toEqual([{ type: "cancelled", partialLength: 0 }]);
    expect(await collect(run)).toEqual([{ type: "cancelled", partialLength: 0 }]);
  });

  it("law 6: `ended` confirms a cancel, which is asked for no more; the frames behind it are taken", async () => {
    const state = { streamId: "s", state: "cancelled", offset: "1-1", text: "" };
    const at = bench({ "GET /streams/s": () => json(state) });
    const { run, events } = await requested(at);
    const cancelled = run.cancel();
    const next = await reconnect(at);
    next.deliver({ type: "ended", streamId: "s", state: "cancelled", requestId: "r" });
    await cancelled;
    next.deliver(start);
    next.deliver({ type: "cancelled", streamId: "s", offset: "1-1", requestId: "r", partialLength: 0 });
    expect((await events).map(({ type }) => type)).toEqual(["start", "cancelled"]);
    await settled();
    expect(next.sent.map(({ action }) => action)).toEqual(["cancel", "ask", "ping"]);
    expect(run.state).toBe("cancelled");
  });

  it("law 6: a cancel before the stream is known goes by request id, and again before the request is sent again", async () => {
    const at = bench();
    const { run, socket } = await requested(at);
    const cancelled = run.cancel();
    expect(socket.actions("cancel")).toEqual([{ action: "cancel", requestId: "r" }]);
    const next = await reconnect(at);
    expect(next.sent.slice(0, 2).map(({ action }) => action)).toEqual(["cancel", "ask"]);
    next.deliver(start);
    next.deliver({ type: "cancelled", streamId: "s", offset: "1-1", requestId: "r", partialLength: 0 });
    await cancelled;
    expect(run.state).toBe("cancelled");
  });

  it("law 6: while the socket is down a cancel goes over HTTP, where the stream is found by its request", async () => {
    const at = bench({
      "GET /streams?state=running": () => json({ items: [{ streamId: "s", requestId: "r" }] }),
      "POST /streams/s/cancel": () => json({}, 202),
    });
    const { run, socket } = await requested(at);
    socket.cut();
    await run.cancel();
    expect(at.asked.slice(-2)).toEqual(["GET /streams?state=running", "POST /streams/s/cancel"]);
    expect(run.state).toBe("pending");
  });

  it("law 6: detach cancels nothing; its iterators end, and its result says why there is none", async () => {
    const { run, socket, events } = await begun(bench());
    run.detach();
    expect((await events).map(({ type }) => type)).toEqual(["start"]);
    expect(socket.actions("cancel")).toEqual([]);
    await expect(run.result).rejects.toMatchObject({ code: "interrupted" });
  });

  it("law 8: the same request here is the same run, and another input under its id is a conflict", async () => {
    const { client } = bench();
    const run = client.run("ask", { question: "?" }, { requestId: "r" });
    expect(client.run("ask", { question: "?" }, { requestId: "r" })).toBe(run);
    await expect(client.run("ask", { question: "!" }, { requestId: "r" }).result).rejects.toMatchObject({
      code: "conflict",
    });
    expect(run.state).toBe("pending");
  });

  it("a listener that throws disturbs nobody else", async () => {
    const thrown: unknown[] = [];
    const listener = (error: unknown): void => void thrown.push(error);
    const former = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", listener);
    const { run, socket } = await begun(bench());
    let told = 0;
    run.subscribe(() => {
      throw new Error("mine");
    });
    run.subscribe(() => (told += 1));
    socket.deliver(frame(1, [delta("a")]));
    await settled();
    process.removeAllListeners("uncaughtException");
    for (const one of former) process.on("uncaughtException", one);
    expect([run.text, told, thrown.length]).toEqual(["a", 1, 1]);
  });
});
