import { describe, expect, it } from "vitest";
import { type SocketBench, httpSocket } from "../../test/support/http-socket-bench.ts";
import { settled } from "../testing/fake-clock.ts";

const ASK = { action: "ask", requestId: "r0", question: "?" };

/** A run of each request, and the frames of its start. */
async function asking(at: SocketBench, ...requestIds: string[]): Promise<void> {
  for (const requestId of requestIds) await at.send({ ...ASK, requestId });
}

describe.each(["sse", "poll"] as const)("what a WebSocket does, over HTTP (%s)", (transport) => {
  it("opens once the server has answered, and answers pings", async () => {
    const at = httpSocket(transport);
    expect(at.opened).toBe(0);
    await at.flow();
    expect([at.opened, at.frames]).toEqual([1, []]);
    await at.send({ action: "ping" });
    expect(at.frames).toEqual([{ type: "pong" }]);
  });

  it("law 8: a request begins its run once, by its id, and brings every frame in order to the last", async () => {
    const at = httpSocket(transport);
    await at.send(ASK);
    const stream = at.server.streams.get("s0")!;
    stream.append({ type: "text-delta", text: "a" }, { type: "text-delta", text: "b" });
    await at.flow();
    stream.end("complete");
    await at.flow();
    expect(at.frames.map(({ offset }) => offset)).toEqual(["1-0", "1-1", "1-2", "1-3"]);
    expect(at.server.begun).toEqual(new Map([["r0", 1]]));
    at.left.clear();
    await at.send(ASK);
    expect(at.server.begun).toEqual(new Map([["r0", 1]]));
    expect(at.frames.slice(4).map(({ offset }) => offset)).toEqual(["1-0", "1-1", "1-2", "1-3"]);
    expect(at.clock.pending).toBe(0);
  });

  it("a resume goes on from its offset, and takes the place of what followed that stream before", async () => {
    const at = httpSocket(transport);
    await at.send(ASK);
    at.server.streams.get("s0")!.append({ type: "text-delta", text: "a" });
    await at.flow();
    at.frames.length = 0;
    await at.send({ action: "resume", streamId: "s0", offset: "1-0" });
    at.server.streams.get("s0")!.end("complete");
    await at.flow();
    expect(at.frames.map(({ offset }) => offset)).toEqual(["1-1", "1-2"]);
  });

  it("`ended` where nothing follows; an error where the stream is gone", async () => {
    const at = httpSocket(transport);
    await at.send(ASK);
    const stream = at.server.streams.get("s0")!;
    stream.end("complete");
    await at.flow();
    at.frames.length = 0;
    at.left.clear();
    await at.send({ action: "resume", streamId: "s0", offset: "1-1" });
    expect(at.frames).toEqual([{ type: "ended", streamId: "s0" }]);
    stream.gone = true;
    await at.send({ action: "resume", streamId: "s0", offset: "1-0" });
    expect(at.frames.at(-1)).toMatchObject({ type: "error", code: "stream_gone", streamId: "s0" });
    expect(at.closes).toEqual([]);
  });

  it("law 6: a cancel by request id waits for the answer to its request; one that is not running is told nothing", async () => {
    const at = httpSocket(transport);
    await at.flow();
    at.model.weather = "slow";
    await at.send(ASK);
    at.model.weather = "up";
    await at.send({ action: "cancel", requestId: "r0" });
    await at.send({ action: "cancel", requestId: "unknown" });
    expect(at.server.begun.size).toBe(0);
    await at.clock.advance(3000);
    await at.flow();
    expect(at.server.streams.get("s0")!.state).toBe("cancelled");
    expect(at.frames.at(-1)).toMatchObject({ type: "cancelled", requestId: "r0" });
    expect(at.frames.filter(({ type }) => type === "error")).toEqual([]);
  });

  it("law 6: a cancel that comes with its request, before it, and one of a stream that is not followed here", async () => {
    const at = httpSocket(transport);
    at.socket.send(JSON.stringify({ action: "cancel", requestId: "r0" }));
    await at.send(ASK);
    expect(at.frames.at(-1)).toMatchObject({ type: "cancelled" });
    expect(at.asked.filter((call) => !call.startsWith("GET /streams/"))).toEqual([
      "GET /streams?state=running",
      "POST /ask",
      "POST /streams/s0/cancel",
    ]);
    at.server.request("r1", {});
    await at.send({ action: "cancel", streamId: "s1" });
    expect(at.frames.at(-1)).toMatchObject({ type: "ended", streamId: "s1" });
    expect(at.server.streams.get("s1")!.state).toBe("cancelled");
  });

  it("what does not arrive closes it, for a retry; a refusal closes it with its code, for none", async () => {
    const away = httpSocket(transport);
    await away.flow();
    away.model.weather = "bad";
    await away.send(ASK);
    expect(away.closes).toMatchObject([{ code: 1006 }]);
    const refused = httpSocket(transport);
    refused.model.weather = "unwelcome";
    await refused.flow();
    expect(refused.closes).toEqual([{ code: 4501, reason: "Who are you?" }]);
    expect([refused.opened, refused.clock.pending]).toEqual([0, 0]);
  });

  it("an error of one request is told, and closes nothing", async () => {
    const at = httpSocket(transport);
    await at.flow();
    at.model.weather = "unwelcome";
    await at.send(ASK);
    expect(at.frames).toMatchObject([{ type: "error", code: "unauthorized", requestId: "r0" }]);
    expect(at.closes).toEqual([]);
  });

  it("closed, it lets go of everything at once, and tells nothing more; what comes late opens nothing", async () => {
    const at = httpSocket(transport);
    await asking(at, "r0", "r1", "r2");
    at.model.weather = "slow";
    await at.send({ ...ASK, requestId: "r3" });
    expect(at.model.followed).toBe(true);
    const told = at.frames.length;
    at.socket.close();
    await at.flow();
    expect(at.model.followed).toBe(false);
    at.model.weather = "up";
    await at.clock.advance(3000);
    await at.flow();
    expect(at.server.begun.get("r3")).toBe(1);
    expect(at.model.followed).toBe(false);
    expect([at.frames.length, at.closes, at.clock.pending]).toEqual([told, [], 0]);
  });

  it("two streams have a connection of their own, all others share one, and each comes to its end", async () => {
    const at = httpSocket(transport);
    const requests = ["r0", "r1", "r2", "r3", "r4"];
    await asking(at, ...requests);
    const streams = [...at.server.streams.values()];
    for (const stream of streams) stream.append({ type: "text-delta", text: stream.id });
    for (let second = 0; second < 6; second += 1) {
      await at.flow();
      expect(at.model.open.length).toBeLessThanOrEqual(3);
      await at.clock.advance(1000);
    }
    for (const { id } of streams) {
      expect(at.frames.filter(({ streamId }) => streamId === id)).toMatchObject([{ offset: "1-0" }, { offset: "1-1" }]);
    }
    at.server.streams.get("s0")!.end("complete");
    await at.flow();
    await at.clock.advance(5000);
    await at.flow();
    const own = at.model.open.filter((call) => !call.includes("wait=1&"));
    expect(own).toHaveLength(2);
    for (const stream of streams) stream.end("complete");
    for (let second = 0; second < 6; second += 1) {
      await at.flow();
      await at.clock.advance(1000);
    }
    expect(at.frames.filter(({ offset }) => offset === "1-2").map(({ streamId }) => streamId)).toHaveLength(5);
    expect(at.model.open).toEqual([]);
  });

  it("a stream that nobody reads any more is let go", async () => {
    const at = httpSocket(transport);
    await at.send(ASK);
    at.left.add("s0");
    await at.clock.advance(25_000);
    await at.flow();
    expect(at.model.open).toEqual([]);
    expect(at.clock.pending).toBe(0);
  });
});

describe("event streams", () => {
  it("silent for 35 s, one is opened anew from where it came to; its server's comments keep it", async () => {
    const at = httpSocket("sse");
    await at.send(ASK);
    at.server.streams.get("s0")!.append({ type: "text-delta", text: "a" });
    await at.flow();
    await at.clock.advance(120_000);
    expect(at.asked.filter((call) => call === "GET /streams/s0")).toHaveLength(1);
    at.model.freeze(true);
    await at.clock.advance(35_000);
    at.server.streams.get("s0")!.end("complete");
    await at.flow();
    expect(at.asked.filter((call) => call === "GET /streams/s0")).toHaveLength(2);
    expect(at.frames.map(({ offset }) => offset)).toEqual(["1-0", "1-1", "1-2"]);
    expect(at.closes).toEqual([]);
  });

  it("silent before its first frame, one is opened anew, too", async () => {
    const at = httpSocket("sse");
    at.socket.send(JSON.stringify(ASK));
    await settled();
    at.model.freeze(true);
    await at.clock.advance(35_000);
    await at.flow();
    expect(at.frames).toMatchObject([{ type: "start", streamId: "s0" }]);
  });

  it("one that ends in the middle goes on from there; one that ends at once closes the socket, not to go in a circle", async () => {
    const at = httpSocket("sse");
    await at.send(ASK);
    at.model.cut(0, true);
    at.server.streams.get("s0")!.append({ type: "text-delta", text: "a" });
    await at.flow();
    expect(at.frames.map(({ offset }) => offset)).toEqual(["1-0", "1-1"]);
    at.model.cut(0, true);
    await settled();
    at.model.cut(0, true);
    await at.flow();
    expect(at.closes).toMatchObject([{ code: 1006, reason: "The server was not reached." }]);
    expect(at.model.followed).toBe(false);
  });

  it("held back, one says so after 4 s; where nothing gets through at all, it closes instead", async () => {
    const held = httpSocket("sse");
    held.model.held = true;
    await held.send(ASK);
    await held.clock.advance(3999);
    expect(held.heldBack).toBe(0);
    await held.clock.advance(1);
    expect(held.heldBack).toBe(1);
    const dead = httpSocket("sse");
    await dead.flow();
    dead.model.held = true;
    await dead.send(ASK);
    dead.model.weather = "down";
    await dead.clock.advance(4000);
    expect(dead.heldBack).toBe(0);
    expect(dead.closes).toMatchObject([{ code: 1006 }]);
    const closed = httpSocket("sse");
    closed.model.held = true;
    await closed.send(ASK);
    closed.model.weather = "slow";
    await closed.clock.advance(4000);
    closed.socket.close();
    await closed.clock.advance(4000);
    expect(closed.heldBack).toBe(0);
  });
});
