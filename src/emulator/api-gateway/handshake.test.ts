import { connect as connectTcp } from "node:net";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { WebSocketConnectEvent } from "./events.ts";
import { inProcess } from "./test-support/in-process.ts";
import { answering, Lab, throwing } from "./test-support/lab.ts";

describe("the $connect handshake (AWS facts 1.4)", () => {
  it("is pending until the $connect function has answered", async () => {
    const held = Promise.withResolvers<{ statusCode: number }>();
    const $connect = inProcess("connect", () => held.promise);
    const lab = await Lab.start({ routes: { $connect } });
    const asked = $connect.next();
    let opened = false;
    const client = lab.connect().finally(() => (opened = true));
    await asked;
    expect(opened).toBe(false);
    expect(lab.api.connections).toBe(0);
    held.resolve({ statusCode: 200 });
    await client;
    expect(lab.api.connections).toBe(1);
  });

  it("without a $connect route everybody gets in", async () => {
    const lab = await Lab.start();
    await lab.connect();
    expect(lab.api.connections).toBe(1);
  });

  it.each([400, 401, 403, 404, 500, 302])("a function that answers %d refuses with this status", async (statusCode) => {
    const $disconnect = inProcess("disconnect");
    const lab = await Lab.start({ routes: { $connect: answering({ statusCode, body: "why" }), $disconnect } });
    await expect(lab.refusal()).resolves.toMatchObject({ status: statusCode, body: "" });
    expect(lab.api.connections).toBe(0);
    expect($disconnect.events).toEqual([]);
  });

  it("the body of a refusal is sent where the settings say so (not documented)", async () => {
    const $connect = answering({ statusCode: 403, body: "why" });
    const lab = await Lab.start({ routes: { $connect }, uncertain: { sendConnectBody: true } });
    await expect(lab.refusal()).resolves.toMatchObject({ status: 403, body: "why" });
  });

  it("a function that throws refuses with 502", async () => {
    const lab = await Lab.start({ routes: { $connect: throwing("no") } });
    const { status, body, headers } = await lab.refusal();
    expect(status).toBe(502);
    expect(JSON.parse(body)).toMatchObject({ message: "Internal server error" });
    expect(headers["x-amzn-requestid"]).toBeTypeOf("string");
  });

  it.each([
    undefined,
    "ok",
    [],
    {},
    { statusCode: "ok" },
    { statusCode: 99 },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: "none" },
    { statusCode: 200, ConnectionId: "x" },
  ])("a function that returns %j refuses with 502", async (result) => {
    const lab = await Lab.start({ routes: { $connect: answering(result) } });
    await expect(lab.refusal()).resolves.toMatchObject({ status: 502 });
  });

  it("a function that takes longer than 29 s refuses with 502", async () => {
    const clock = new FakeClock();
    const $connect = inProcess("connect", () => new Promise(() => {}));
    const lab = await Lab.start({ routes: { $connect }, clock });
    const asked = $connect.next();
    const refusal = lab.refusal();
    await asked;
    await clock.advance(29_000);
    await expect(refusal).resolves.toMatchObject({ status: 502 });
  });

  it("answers no subprotocol by itself", async () => {
    const lab = await Lab.start({ routes: { $connect: answering({ statusCode: 200 }) } });
    await expect(lab.connect("", { protocols: ["sluice.v1"] })).rejects.toThrow("Server sent no subprotocol");
  });

  it.each(["Sec-WebSocket-Protocol", "sec-websocket-protocol"])("answers the subprotocol in %s", async (name) => {
    const $connect = answering({ statusCode: 200, headers: { [name]: "second" } });
    const lab = await Lab.start({ routes: { $connect } });
    const client = await lab.connect("", { protocols: ["first", "second"] });
    expect(client.ws.protocol).toBe("second");
  });

  it("posting to the own connection inside $connect gives 410, and works once the client is in", async () => {
    const errors: unknown[] = [];
    const $connect = inProcess<WebSocketConnectEvent>("connect", async ({ requestContext: { connectionId } }) => {
      await lab.post(connectionId, "early").catch((thrown: unknown) => errors.push(thrown));
      return { statusCode: 200 };
    });
    const lab: Lab = await Lab.start({ routes: { $connect } });
    const client = await lab.connect();
    expect(errors).toMatchObject([{ name: "GoneException", $metadata: { httpStatusCode: 410 } }]);
    await lab.post($connect.events[0]!.requestContext.connectionId, "later");
    await expect(client.next()).resolves.toBe("later");
  });

  it("nothing stands behind the stage in a URL, and no other stage exists", async () => {
    const $connect = inProcess("connect");
    const lab = await Lab.start({ routes: { $connect } });
    await expect(lab.refusal("/more")).resolves.toMatchObject({ status: 403 });
    await expect(lab.refusal("2")).resolves.toMatchObject({ status: 403 });
    await expect(lab.refusal(`?token=${"a".repeat(4096)}`)).resolves.toMatchObject({ status: 414 });
    expect($connect.events).toEqual([]);
    await lab.connect("/");
  });

  it("a request that is no WebSocket handshake is refused before anybody is asked", async () => {
    const $connect = inProcess("connect");
    const lab = await Lab.start({ routes: { $connect } });
    const { host, hostname, port } = new URL(lab.api.url);
    const socket = connectTcp(Number(port), hostname);
    socket.write(`GET /titles HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString("latin1")).toMatch(/^HTTP\/1\.1 400 /);
    expect($connect.events).toEqual([]);
  });

  it("whoever still waits when the API closes gets 503", async () => {
    const $connect = inProcess("connect", () => new Promise(() => {}));
    const lab = await Lab.start({ routes: { $connect } });
    const asked = $connect.next();
    const refusal = lab.refusal();
    await asked;
    await lab.api.close();
    await expect(refusal).resolves.toMatchObject({ status: 503 });
  });
});
