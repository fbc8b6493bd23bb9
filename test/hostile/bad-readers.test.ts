import { once } from "node:events";
import type { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/testing/fake-clock.ts";
import { hostileServer } from "./support/hostile-server.ts";
import { RawClient } from "./support/raw-client.ts";
import { ServerSockets } from "./support/server-sockets.ts";

const KB = 1024;
const LIMITS = { stallMs: 400, heartbeatMs: 50, maxBufferedBytes: 64 * KB, readBytes: 64 * KB };
/** More than the kernel takes for a reader that does not read. */
const BIG = { count: 30_000, burst: 40, padding: 800 };
/** What one connection may hold: what is full, one read of the store, and what one turn adds. */
const HELD_BYTES = 1024 * KB;

/** The most that the server held unsent for a client until it was cut. */
async function heldUntilCut(socket: Socket): Promise<number> {
  let most = 0;
  const sampling = setInterval(() => (most = Math.max(most, socket.writableLength)), 1);
  await once(socket, "close");
  clearInterval(sampling);
  return most;
}

/** Waits, one turn of the event loop after another. */
async function until(fits: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(15_000);
  while (!fits()) {
    late.throwIfAborted();
    await turn();
  }
}

describe("law 7: clients that do not read", () => {
  it("a WebSocket that never reads is cut once it took nothing for stallMs, though it goes on sending", async () => {
    using sockets = new ServerSockets();
    await using hostile = await hostileServer(LIMITS);
    await using client = await RawClient.webSocket(hostile.port);
    client.socket.pause();
    client.send({ action: "tokens", ...BIG });
    const sending = setInterval(() => client.send({ action: "cancel", requestId: "another" }), 20);
    const [held] = await Promise.all([heldUntilCut(sockets.of(client.socket)), hostile.serveOthers()]);
    clearInterval(sending);
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(HELD_BYTES);
    await hostile.serveOthers();
  });

  it("a WebSocket that reads slowly but makes progress is not cut, however long it takes", async () => {
    using sockets = new ServerSockets();
    const clock = new FakeClock();
    await using hostile = await hostileServer(LIMITS, clock);
    await using client = await RawClient.webSocket(hostile.port);
    const server = sockets.of(client.socket);
    client.socket.pause();
    client.send({ action: "tokens", ...BIG });
    await until(() => server.writableLength > 0);
    for (let round = 0; round < 3; round += 1) {
      const before = server.bytesWritten;
      client.socket.resume();
      await until(() => server.bytesWritten > before);
      client.socket.pause();
      await until(() => server.writableLength > 0);
      await clock.advance(0.9 * LIMITS.stallMs);
      expect(server.destroyed).toBe(false);
    }
    let tail = "";
    client.socket.on("data", (bytes: Buffer) => (tail = (tail + bytes.toString("latin1")).slice(-100_000)));
    client.socket.resume();
    await until(() => tail.includes("stream_complete") && server.writableLength === 0);
    // It was silent all the time, but was not asked either: it gets its ping before it counts as gone.
    await clock.advance(LIMITS.heartbeatMs);
    expect(server.destroyed).toBe(false);
    await until(() => tail.endsWith("\x89\0"));
  });

  it.each([
    ["an event stream", "text/event-stream"],
    ["a long answer", "application/json"],
  ])("%s that nobody reads is cut, though the client goes on sending", async (_name, accept) => {
    using sockets = new ServerSockets();
    await using hostile = await hostileServer(LIMITS);
    await using client = await RawClient.open(hostile.port);
    client.socket.pause();
    const body = JSON.stringify(BIG);
    client.write(
      `POST /proof/tokens HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: ${accept}\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    const sending = setInterval(() => client.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"), 20);
    const server = sockets.of(client.socket);
    await Promise.all([once(server, "close"), hostile.serveOthers()]);
    clearInterval(sending);
    await hostile.serveOthers();
  });

  it("a client that vanished, and so answers no ping, is cut after stallMs", async () => {
    using sockets = new ServerSockets();
    await using hostile = await hostileServer(LIMITS);
    await using gone = await RawClient.webSocket(hostile.port);
    await once(sockets.of(gone.socket), "close");
    expect(gone.received[0]).toBe(0x89);
    await hostile.serveOthers();
  });

  it("a client that answers pings, or asks by itself, is not cut", async () => {
    using sockets = new ServerSockets();
    const clock = new FakeClock();
    await using hostile = await hostileServer(LIMITS, clock);
    await using client = await RawClient.webSocket(hostile.port);
    for (let round = 0; round < 10; round += 1) {
      const before = client.received.length;
      client.ping();
      await until(() => client.received.length > before && sockets.of(client.socket).writableLength === 0);
      await clock.advance(0.7 * LIMITS.stallMs);
    }
    expect(sockets.of(client.socket).destroyed).toBe(false);
  });

  it("messages whose answers nobody reads are no longer taken: memory stays bounded, and the client is cut", async () => {
    using sockets = new ServerSockets();
    await using hostile = await hostileServer(LIMITS);
    await using client = await RawClient.webSocket(hostile.port);
    const server = sockets.of(client.socket);
    client.socket.pause();
    const message = { action: "nope", requestId: "r".repeat(120) };
    const sending = setInterval(() => {
      for (let count = 0; count < 2000; count += 1) client.send(message);
    }, 5);
    const [held] = await Promise.all([heldUntilCut(server), hostile.serveOthers()]);
    clearInterval(sending);
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(HELD_BYTES);
  });

  it("a flood of pings is answered in bounded memory, or cut", async () => {
    using sockets = new ServerSockets();
    await using hostile = await hostileServer(LIMITS);
    await using client = await RawClient.webSocket(hostile.port);
    const server = sockets.of(client.socket);
    client.socket.pause();
    const sending = setInterval(() => {
      for (let count = 0; count < 2000; count += 1) client.ping();
    }, 5);
    const [held] = await Promise.all([heldUntilCut(server), hostile.serveOthers()]);
    clearInterval(sending);
    expect(held).toBeLessThan(HELD_BYTES);
  });
});
