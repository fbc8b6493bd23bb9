import { describe, expect, it } from "vitest";
import {
  begun,
  bench,
  collect,
  complete,
  delta,
  frame,
  json,
  requested,
  start,
} from "../../test/support/client-bench.ts";
import { settled } from "../testing/fake-clock.ts";

describe("events, exactly once and in order", () => {
  it("law 3: what lies before the place is dropped and counted", async () => {
    const at = bench();
    const { run, socket, events } = await begun(at);
    socket.deliver(frame(1, [delta("a"), delta("b")]));
    socket.deliver(frame(1, [delta("a")]));
    socket.deliver(frame(1, [delta("ab")], 2));
    expect(run.offset).toBe("1-2");
    expect(socket.actions("resume")).toEqual([]);
    socket.deliver(frame(3, [complete("ab", "fine")]));

    expect(await run.result).toBe("fine");
    expect((await events).map(({ type }) => type)).toEqual(["start", "text-delta", "text-delta", "complete"]);
    expect(run).toMatchObject({ text: "ab", offset: "1-3", state: "complete" });
    expect(at.client.stats).toEqual({ gaps: 0, duplicates: 2, reconnects: 0 });
  });

  it("law 3: a gap asks once for what is missing, from our place, and counts", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("a")]));
    socket.deliver(frame(3, [delta("c")]));
    socket.deliver(frame(4, [delta("d")]));
    expect(run.text).toBe("a");
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-1" }]);
    socket.deliver(frame(2, [delta("b")]));
    socket.deliver(frame(3, [delta("c"), delta("d")]));

    expect(run.text).toBe("abcd");
    expect(at.client.stats).toEqual({ gaps: 1, duplicates: 0, reconnects: 0 });
  });

  it("law 3: a resume that does not fill the gap within 10 s gives the connection up", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver(frame(2, [delta("b")]));
    await at.clock.advance(9999);
    expect(at.client.connection.state).toBe("open");
    await at.clock.advance(1);
    expect(at.client.connection).toMatchObject({ state: "waiting", reason: "events are missing" });
    expect(run.state).toBe("resuming");
  });

  it("law 7: a frame that overlaps is split where its events stand one by one, else asked for again", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("a"), delta("b")]));
    socket.deliver(frame(2, [delta("b"), delta("c")]));
    expect(run.text).toBe("abc");
    expect(socket.actions("resume")).toEqual([]);
    socket.deliver(frame(2, [delta("bcd")], 4));
    expect(run.text).toBe("abc");
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-3" }]);
    socket.deliver(frame(4, [delta("d")]));

    expect(run.text).toBe("abcd");
    expect(at.client.stats).toEqual({ gaps: 0, duplicates: 2, reconnects: 0 });
  });

  it("law 4: an event of a writer that was replaced is not taken for the next one", async () => {
    const { run, socket } = await begun(bench());
    socket.deliver({ ...frame(1, [delta("a")]), first: "2-1", offset: "2-1" });
    socket.deliver(frame(2, [delta("zombie")]));
    expect(run.text).toBe("a");
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "2-1" }]);
  });

  it("unknown event types are passed over, and their place counts", async () => {
    const { socket, events } = await begun(bench());
    socket.deliver(frame(1, [{ type: "hologram" }, delta("a"), { type: "toString" }]));
    socket.deliver("this is no JSON");
    socket.deliver({ type: "novelty", streamId: "s", offset: "1-4" });
    socket.deliver(frame(4, [complete("a")]));
    expect((await events).map(({ type }) => type)).toEqual(["start", "text-delta", "complete"]);
  });

  it("a start frame that comes again is no duplicate (law 8)", async () => {
    const at = bench();
    const { socket } = await begun(at);
    socket.deliver(start);
    expect(at.client.stats.duplicates).toBe(0);
  });

  it("two readers of one stream at different places each get all of it, and nothing counts as a fault", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("a")]));
    const again = at.client.follow("s");
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s" }]);
    socket.deliver(frame(2, [delta("b")]));
    socket.deliver(start);
    socket.deliver(frame(1, [delta("ab")], 2));
    socket.deliver(frame(3, [complete("ab")]));

    expect([run.text, again.text]).toEqual(["ab", "ab"]);
    expect([run.state, again.state]).toEqual(["complete", "complete"]);
    expect(at.client.stats).toEqual({ gaps: 0, duplicates: 0, reconnects: 0 });
  });

  it("law 5: a reader at the end learns it where another reader of the stream was behind, and had it sent again", async () => {
    const state = { streamId: "s", state: "complete", offset: "1-1", text: "", result: "fine" };
    const at = bench({ "GET /streams/s": () => json(state) });
    const { socket } = await begun(at);
    const atEnd = at.client.follow("s", { offset: "1-1" });
    socket.deliver(frame(1, [complete("", "fine")]));
    expect(await atEnd.result).toBe("fine");
    expect(await collect(atEnd)).toEqual([]);
  });

  it("a slow consumer loses nothing, and what it has not taken yet it gets before the end", async () => {
    const at = bench();
    const run = at.client.run("ask", {}, { requestId: "r" });
    const iterator = run[Symbol.asyncIterator]();
    await settled();
    at.sockets.last.accept();
    at.sockets.last.deliver(start);
    at.sockets.last.deliver(frame(1, [delta("a"), delta("b"), delta("c")]));
    expect(await iterator.next()).toMatchObject({ value: { type: "start", route: "ask" } });
    expect(await iterator.next()).toMatchObject({ value: { text: "a" } });
    at.sockets.last.deliver(frame(4, [delta("d"), complete("abcd")]));
    const rest = await collect({ [Symbol.asyncIterator]: () => iterator });

    expect(rest).toEqual([delta("b"), delta("c"), delta("d"), complete("abcd")]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("several asks at once are answered in turn, and an iterator that is left ends at once", async () => {
    const { run, socket } = await requested(bench());
    const iterator = run[Symbol.asyncIterator]();
    const asks = [iterator.next(), iterator.next(), iterator.next()];
    socket.deliver(start);
    await iterator.return?.();
    socket.deliver(frame(1, [delta("a")]));
    expect((await Promise.all(asks)).map(({ done }) => done)).toEqual([false, true, true]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(run.text).toBe("a");
  });
});

describe("frames that were too large", () => {
  it("law 3: a delta that was left out is taken from the state, which may reach further than the frame", async () => {
    const state = { streamId: "s", state: "running", offset: "1-4", text: "abcdef" };
    const at = bench({ "GET /streams/s": () => json(state) });
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("ab")]));
    socket.deliver({ ...frame(2, [delta("")]), href: "/app/streams/s" });
    socket.deliver(frame(3, [delta("de"), delta("f")]));
    await settled();
    expect(run).toMatchObject({ text: "abcdef", offset: "1-4" });
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-4" }]);
    socket.deliver(frame(5, [delta("g")]));
    expect(run.text).toBe("abcdefg");
  });

  it("law 5: an end that was too large even without its text is taken from the state", async () => {
    const state = { streamId: "s", state: "complete", offset: "1-2", text: "ab", result: "large" };
    const { run, socket, events } = await begun(bench({ "GET /streams/s": () => json(state) }));
    socket.deliver(frame(1, [delta("ab")]));
    socket.deliver({ ...frame(2, [], 2), href: "/app/streams/s" });
    expect(await run.result).toBe("large");
    expect((await events).at(-1)).toEqual(complete("ab", "large"));
  });

  it("another event that was too large is passed over, and its place counts", async () => {
    const state = { streamId: "s", state: "running", offset: "1-2", text: "" };
    const { run, socket, events } = await begun(bench({ "GET /streams/s": () => json(state) }));
    socket.deliver({ ...frame(1, [], 1), href: "/app/streams/s" });
    await settled();
    socket.deliver(frame(2, [complete("")]));
    expect((await events).map(({ type }) => type)).toEqual(["start", "complete"]);
    expect(run.state).toBe("complete");
  });

  it("two readers of a stream at two places: a frame that one cannot divide is asked for once, from where both go on", async () => {
    const at = bench();
    const { run, socket } = await begun(at);
    socket.deliver(frame(1, [delta("a"), delta("b")]));
    const second = at.client.follow("s");
    socket.deliver({ type: "pong" });
    const asked = socket.actions("resume").length;
    socket.deliver(start);
    socket.deliver({ type: "pong" });
    // Deltas 1 to 4 as one: the first reader has two of them.
    socket.deliver(frame(1, [delta("abcd")], 4));
    expect(second.text).toBe("abcd");
    expect(socket.actions("resume").slice(asked)).toEqual([{ action: "resume", streamId: "s", offset: "1-2" }]);
    socket.deliver(frame(3, [delta("c"), delta("d")]));
    socket.deliver(frame(5, [complete("abcd")]));
    expect([run.text, run.state, second.text, second.state]).toEqual(["abcd", "complete", "abcd", "complete"]);
    expect(at.client.stats).toEqual({ gaps: 0, duplicates: 0, reconnects: 0 });
  });
});
