import { describe, expect, it } from "vitest";
import type { Event } from "../protocol/events.ts";
import { FakeClock, settled } from "../testing/fake-clock.ts";
import { type FakeSocket, FakeSockets } from "../testing/fake-socket.ts";
import { type Client, type FetchLike, type Run, createClient } from "./index.ts";

interface Bench {
  readonly client: Client;
  readonly sockets: FakeSockets;
  readonly clock: FakeClock;
  readonly asked: string[];
}

type Answers = Record<string, () => Response>;

/** A client whose WebSockets and HTTP answers are the test's; HTTP that is not listed does not get through. */
function bench(answers: Answers = {}): Bench {
  const sockets = new FakeSockets();
  const clock = new FakeClock();
  const asked: string[] = [];
  const fetch: FetchLike = (url, { method }) => {
    const call = `${method} ${url.replace("http://127.0.0.1:1/app", "")}`;
    asked.push(call);
    const answer = answers[call];
    return answer === undefined ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(answer());
  };
  const client = createClient({
    url: "http://127.0.0.1:1/app",
    WebSocket: sockets.WebSocket,
    fetch,
    clock,
    random: () => 1,
  });
  return { client, sockets, clock, asked };
}

interface Followed {
  readonly run: Run;
  readonly socket: FakeSocket;
  /** Every event of the run, once it has ended. */
  readonly events: Promise<Event[]>;
}

/** A run whose request reached the server, and its socket. */
async function requested(at: Bench): Promise<Followed> {
  const run = at.client.run("ask", { question: "?" }, { requestId: "r" });
  const events = collect(run);
  events.catch(() => {});
  await settled();
  at.sockets.last.accept();
  return { run, socket: at.sockets.last, events };
}

/** The same, and the stream has begun. */
async function begun(at: Bench): Promise<Followed> {
  const followed = await requested(at);
  followed.socket.deliver(start);
  return followed;
}

async function reconnect({ client, sockets, clock }: Bench): Promise<FakeSocket> {
  sockets.last.cut();
  await clock.advance(client.connection.retryAt! - clock.now());
  sockets.last.accept();
  return sockets.last;
}

const start = { type: "start", streamId: "s", offset: "1-0", requestId: "r" };

/** A frame of these events, of which the first has this seq. */
function frame(first: number, events: readonly (Event | { type: string })[], last = first + events.length - 1): object {
  return { type: "events", streamId: "s", first: `1-${first}`, offset: `1-${last}`, requestId: "r", at: 1, events };
}

function delta(text: string): Event {
  return { type: "text-delta", text };
}

function complete(text: string, result?: string): Event {
  return { type: "complete", text, ...(result !== undefined && { result }) };
}

async function collect(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

function json(body: object, status = 200): Response {
  return new Response(JSON.stringify(body), { status });
}

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
});

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
