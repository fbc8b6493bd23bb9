import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { WebSocketDisconnectEvent, WebSocketEvent, WebSocketMessageEvent } from "./events.ts";
import type { WebSocketApiOptions } from "./options.ts";
import type { Client } from "./test-support/client.ts";
import { type InProcessFunction, inProcess } from "./test-support/in-process.ts";
import { Lab } from "./test-support/lab.ts";

const KILOBYTE = 1024;
const MINUTE = 60_000;

interface Limited {
  readonly lab: Lab;
  readonly client: Client;
  readonly $default: InProcessFunction<WebSocketMessageEvent>;
  readonly $disconnect: InProcessFunction<WebSocketDisconnectEvent>;
}

/** Answers with the length of what came. */
async function start(options: Partial<WebSocketApiOptions> = {}): Promise<Limited> {
  const $default = inProcess<WebSocketMessageEvent>("default", ({ body }) => ({
    statusCode: 200,
    body: String(body.length),
  }));
  const $disconnect = inProcess<WebSocketDisconnectEvent>("disconnect");
  const lab = await Lab.start({ routes: { $default: { function: $default, twoWay: true }, $disconnect }, ...options });
  return { lab, client: await lab.connect(), $default, $disconnect };
}

/** The close code that the client sees. */
async function code(client: Client): Promise<number> {
  return (await client.closed).code;
}

describe("frames and messages (AWS facts 1.1)", () => {
  it("a frame of 32 KB is taken, one byte more closes with 1009", async () => {
    const { client, $default, $disconnect } = await start();
    client.send("x".repeat(32 * KILOBYTE));
    await expect(client.next()).resolves.toBe(String(32 * KILOBYTE));
    const left = $disconnect.next();
    client.send("x".repeat(32 * KILOBYTE + 1));
    await expect(code(client)).resolves.toBe(1009);
    expect((await left).requestContext.disconnectStatusCode).toBe(1009);
    expect($default.events).toHaveLength(1);
  });

  it("a message of 128 KB in frames of 32 KB is taken, one byte more closes with 1009", async () => {
    const { client, $default } = await start();
    client.sendInFragments("x".repeat(128 * KILOBYTE), 32 * KILOBYTE);
    await expect(client.next()).resolves.toBe(String(128 * KILOBYTE));
    client.sendInFragments("x".repeat(128 * KILOBYTE + 1), 32 * KILOBYTE);
    await expect(code(client)).resolves.toBe(1009);
    expect($default.events).toHaveLength(1);
  });

  it("a frame counts by its bytes, not by its characters", async () => {
    const { client } = await start();
    client.send("ü".repeat(16 * KILOBYTE));
    await expect(client.next()).resolves.toBe(String(16 * KILOBYTE));
    client.send("ü".repeat(16 * KILOBYTE + 1));
    await expect(code(client)).resolves.toBe(1009);
  });

  it("a message of many megabytes in one frame closes with 1009 as well", async () => {
    const { client } = await start();
    client.send("x".repeat(4 * KILOBYTE * KILOBYTE));
    await expect(code(client)).resolves.toBe(1009);
  });

  it("a binary frame closes with 1003", async () => {
    const { client, $default, $disconnect } = await start();
    const left = $disconnect.next();
    client.ws.send(Buffer.from("{}"), { binary: true });
    await expect(code(client)).resolves.toBe(1003);
    expect((await left).requestContext.disconnectStatusCode).toBe(1003);
    expect($default.events).toEqual([]);
  });
});

describe("throttling (AWS facts 1.1; what is said is not documented)", () => {
  it("messages and posts above the rate are refused, and taken again as time passes", async () => {
    const clock = new FakeClock();
    const { client, lab, $default } = await start({ clock, limits: { requestsPerSecond: 2 } });
    const [connectionId] = lab.api.connectionIds;
    client.send("one");
    await expect(client.next()).resolves.toBe("3");
    await lab.post(connectionId!, "two");
    await expect(client.next()).resolves.toBe("two");
    client.send("three");
    await expect(client.nextJson()).resolves.toMatchObject({ message: "Too Many Requests", connectionId });
    await expect(lab.post(connectionId!, "four")).rejects.toMatchObject({
      name: "LimitExceededException",
      $metadata: { httpStatusCode: 429 },
    });
    await clock.advance(500);
    await lab.post(connectionId!, "five");
    await expect(client.next()).resolves.toBe("five");
    expect($default.events).toHaveLength(1);
  });

  it("connections above the rate are refused with 429", async () => {
    const clock = new FakeClock();
    const { lab } = await start({ clock, limits: { connectionsPerSecond: 1 } });
    await expect(lab.refusal()).resolves.toMatchObject({ status: 429 });
    await clock.advance(1000);
    await lab.connect();
    await clock.advance(5000);
    await lab.connect();
    await expect(lab.refusal()).resolves.toMatchObject({ status: 429 });
  });
});

describe("idle time and age (AWS facts 1.1 and 1.10)", () => {
  it("10 minutes without a message close with 1001", async () => {
    const clock = new FakeClock();
    const { client, lab, $disconnect } = await start({ clock });
    await clock.advance(10 * MINUTE - 1);
    expect(lab.api.connections).toBe(1);
    const left = $disconnect.next();
    await clock.advance(1);
    await expect(client.closed).resolves.toEqual({ code: 1001, reason: "Going away" });
    expect((await left).requestContext).toMatchObject({
      disconnectStatusCode: 1001,
      disconnectReason: "Going away",
    });
    expect(lab.api.connections).toBe(0);
  });

  it("a message from the client begins the idle time anew", async () => {
    const clock = new FakeClock();
    const $default = inProcess("quiet");
    const { client, lab } = await start({ clock, routes: { $default } });
    await clock.advance(9 * MINUTE);
    const told = $default.next();
    client.send("here");
    await told;
    await clock.advance(10 * MINUTE - 1);
    expect(lab.api.connections).toBe(1);
    await clock.advance(1);
    await expect(code(client)).resolves.toBe(1001);
  });

  it("a message to the client begins the idle time anew", async () => {
    const clock = new FakeClock();
    const { client, lab } = await start({ clock });
    await clock.advance(9 * MINUTE);
    await lab.post(lab.api.connectionIds[0]!, "there");
    await expect(client.next()).resolves.toBe("there");
    await clock.advance(10 * MINUTE - 1);
    expect(lab.api.connections).toBe(1);
    await clock.advance(1);
    await expect(code(client)).resolves.toBe(1001);
  });

  it.each([
    [false, 0],
    [true, 1],
  ])("a ping counts as a message: %s, as configured (not documented)", async (pingKeepsAlive, left) => {
    const clock = new FakeClock();
    const { client, lab } = await start({ clock, uncertain: { pingKeepsAlive } });
    await clock.advance(9 * MINUTE);
    const answered = new Promise((resolve) => client.ws.once("pong", resolve));
    client.ws.ping();
    await answered;
    await clock.advance(MINUTE);
    expect(lab.api.connections).toBe(left);
  });

  it("2 hours end every connection, however busy", async () => {
    const clock = new FakeClock();
    const { client, lab } = await start({ clock });
    const [connectionId] = lab.api.connectionIds;
    for (let minutes = 0; minutes < 115; minutes += 5) {
      await clock.advance(5 * MINUTE);
      await lab.post(connectionId!, "on");
    }
    await clock.advance(5 * MINUTE - 1);
    expect(lab.api.connections).toBe(1);
    await clock.advance(1);
    expect(lab.api.connections).toBe(0);
    await expect(code(client)).resolves.toBe(1001);
  });

  it("both are as configured, and a connection that is gone leaves no timer", async () => {
    const clock = new FakeClock();
    const { client, $disconnect } = await start({ clock, limits: { idleMs: 1000, maxAgeMs: 500 } });
    const left = $disconnect.next();
    await clock.advance(500);
    await expect(code(client)).resolves.toBe(1001);
    await left;
    await expect.poll(() => clock.pending).toBe(0);
  });
});

describe("clients that are cut off from outside", () => {
  it("as by a broken network: without a close frame", async () => {
    const { client, lab, $disconnect } = await start();
    const left: Promise<WebSocketEvent> = $disconnect.next();
    const [connectionId] = lab.api.connectionIds;
    expect(lab.api.disconnect(connectionId!)).toBe(true);
    expect(lab.api.disconnect(connectionId!)).toBe(false);
    await expect(code(client)).resolves.toBe(1006);
    await expect(left).resolves.toMatchObject({ requestContext: { disconnectStatusCode: 1006 } });
  });

  it("with a close code", async () => {
    const { client, lab } = await start();
    expect(lab.api.disconnect(lab.api.connectionIds[0]!, { code: 1012, reason: "restart" })).toBe(true);
    await expect(client.closed).resolves.toEqual({ code: 1012, reason: "restart" });
  });

  it("with a close code that $disconnect is told, even where the client never answers", async () => {
    const { client, lab, $disconnect } = await start();
    const left = $disconnect.next();
    client.ws.pause();
    lab.api.disconnect(lab.api.connectionIds[0]!, { code: 1012, reason: "restart" });
    expect(lab.api.connections).toBe(0);
    client.ws.terminate();
    expect((await left).requestContext).toMatchObject({ disconnectStatusCode: 1012, disconnectReason: "restart" });
  });

  it("a client that never answers a close frame does not hold up the API", async () => {
    const { client, lab, $disconnect } = await start();
    client.ws.pause();
    await lab.api.close();
    expect($disconnect.events).toMatchObject([{ requestContext: { disconnectStatusCode: 1001 } }]);
  });

  it("closing the API closes them with 1001 and waits for their $disconnect functions", async () => {
    const held = Promise.withResolvers<{ statusCode: number }>();
    const $disconnect = inProcess("disconnect", () => held.promise);
    const lab = await Lab.start({ routes: { $disconnect } });
    const client = await lab.connect();
    const left = $disconnect.next();
    let closed = false;
    const closing = lab.api.close().then(() => (closed = true));
    await expect(client.closed).resolves.toEqual({ code: 1001, reason: "Going away" });
    await left;
    expect(closed).toBe(false);
    held.resolve({ statusCode: 200 });
    await closing;
  });
});
