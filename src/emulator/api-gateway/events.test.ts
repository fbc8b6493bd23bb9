import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { WebSocketEvent, WebSocketMessageEvent } from "./events.ts";
import type { WebSocketApiOptions } from "./options.ts";
import type { Client } from "./test-support/client.ts";
import { type InProcessFunction, inProcess } from "./test-support/in-process.ts";
import { Lab } from "./test-support/lab.ts";

const CONTEXT = [
  "apiId",
  "connectedAt",
  "connectionId",
  "domainName",
  "eventType",
  "extendedRequestId",
  "identity",
  "messageDirection",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
];
const ID = /^[\w-]{15}=$/;

interface Told {
  readonly lab: Lab;
  readonly handler: InProcessFunction<WebSocketEvent>;
}

async function start(options: Partial<WebSocketApiOptions> = {}): Promise<Told> {
  const handler = inProcess("handler");
  const lab = await Lab.start({ routes: { $connect: handler, $disconnect: handler, $default: handler }, ...options });
  return { lab, handler };
}

/** The event that follows this. */
async function after(handler: InProcessFunction<WebSocketEvent>, what: () => void): Promise<WebSocketEvent> {
  const next = handler.next();
  what();
  return next;
}

function close(client: Client, code?: number, reason?: string): () => void {
  return () => client.ws.close(code, reason);
}

function keys(value: object): string[] {
  return Object.keys(value).toSorted();
}

describe("events (AWS facts 1.3)", () => {
  it("CONNECT has headers as the client wrote them, and the query string", async () => {
    const { lab, handler } = await start();
    await lab.connect("?token=a%20b&tag=1&tag=2?", {
      headers: { Origin: "http://here.test", "User-Agent": "test/1", "X-CamelCase": "Kept" },
      protocols: [],
    });
    const [event] = handler.events;
    expect(keys(event!)).toEqual([
      "headers",
      "isBase64Encoded",
      "multiValueHeaders",
      "multiValueQueryStringParameters",
      "queryStringParameters",
      "requestContext",
    ]);
    expect(keys(event!.requestContext)).toEqual(CONTEXT);
    const { port, host } = new URL(lab.api.url);
    const headers = {
      Host: host,
      Origin: "http://here.test",
      "User-Agent": "test/1",
      "X-CamelCase": "Kept",
      "Sec-WebSocket-Key": expect.any(String),
      "Sec-WebSocket-Version": "13",
      "X-Forwarded-For": "127.0.0.1",
      "X-Forwarded-Port": port,
      "X-Forwarded-Proto": "http",
      "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
    };
    expect(event).toEqual({
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      queryStringParameters: { token: "a b", tag: "2?" },
      multiValueQueryStringParameters: { token: ["a b"], tag: ["1", "2?"] },
      isBase64Encoded: false,
      requestContext: expect.objectContaining({
        routeKey: "$connect",
        eventType: "CONNECT",
        messageDirection: "IN",
        stage: "titles",
        domainName: host,
        identity: { sourceIp: "127.0.0.1", userAgent: "test/1" },
        connectionId: expect.stringMatching(ID),
        requestId: expect.stringMatching(ID),
      }),
    });
  });

  it("CONNECT without a query string has no members for it, and identity no userAgent where the client has none", async () => {
    const { lab, handler } = await start();
    await lab.connect();
    expect(keys(handler.events[0]!)).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"]);
    expect(handler.events[0]!.requestContext.identity).toEqual({ sourceIp: "127.0.0.1" });
  });

  it("MESSAGE has the raw text and a message id, and no headers", async () => {
    const { lab, handler } = await start();
    const client = await lab.connect("?token=x");
    const text = '{ "action" : "größe" }';
    const event = await after(handler, () => client.send(text));
    expect(keys(event)).toEqual(["body", "isBase64Encoded", "requestContext"]);
    expect(keys(event.requestContext)).toEqual([...CONTEXT, "messageId"].toSorted());
    expect(event).toMatchObject({
      body: text,
      isBase64Encoded: false,
      requestContext: { routeKey: "$default", eventType: "MESSAGE", messageId: expect.stringMatching(ID) },
    });
  });

  it("DISCONNECT has the close code and reason, and four headers", async () => {
    const { lab, handler } = await start();
    const client = await lab.connect("?token=x", { headers: { "X-Own": "1" } });
    const event = await after(handler, close(client, 1001, "Going away"));
    expect(keys(event)).toEqual(["headers", "isBase64Encoded", "multiValueHeaders", "requestContext"]);
    expect(keys(event.requestContext)).toEqual([...CONTEXT, "disconnectReason", "disconnectStatusCode"].toSorted());
    const { host } = new URL(lab.api.url);
    expect(event).toMatchObject({
      headers: { Host: host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
      multiValueHeaders: { Host: [host], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] },
      requestContext: {
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        disconnectStatusCode: 1001,
        disconnectReason: "Going away",
      },
    });
  });

  it("DISCONNECT says 1005 where the close frame had no code, and 1006 where the link broke", async () => {
    const { lab, handler } = await start();
    const [first, second] = [await lab.connect(), await lab.connect()];
    expect(await after(handler, close(first))).toMatchObject({
      requestContext: { disconnectStatusCode: 1005, disconnectReason: "Client-side close frame status not set" },
    });
    expect(await after(handler, () => second.ws.terminate())).toMatchObject({
      requestContext: { disconnectStatusCode: 1006, disconnectReason: "" },
    });
  });

  it("what belongs to the connection stays the same, what belongs to the event does not", async () => {
    const clock = new FakeClock(Date.UTC(2025, 2, 16, 0, 46, 22, 5));
    const { lab, handler } = await start({ clock });
    const client = await lab.connect();
    await clock.advance(1000);
    await after(handler, () => client.send("one"));
    await clock.advance(1000);
    await after(handler, close(client, 1000));
    const contexts = handler.events.map(({ requestContext }) => requestContext);
    const [first] = contexts;
    for (const { connectedAt, connectionId, domainName, identity } of contexts) {
      expect(connectedAt).toBe(Date.UTC(2025, 2, 16, 0, 46, 22, 5));
      expect({ connectionId, domainName, identity }).toEqual({
        connectionId: first!.connectionId,
        domainName: first!.domainName,
        identity: first!.identity,
      });
    }
    expect(contexts.map(({ requestTime }) => requestTime)).toEqual([
      "16/Mar/2025:00:46:22 +0000",
      "16/Mar/2025:00:46:23 +0000",
      "16/Mar/2025:00:46:24 +0000",
    ]);
    expect(contexts.map(({ requestTimeEpoch }) => requestTimeEpoch - first!.connectedAt)).toEqual([0, 1000, 2000]);
    expect(new Set(contexts.map(({ requestId }) => requestId)).size).toBe(3);
    for (const { requestId, extendedRequestId } of contexts) expect(extendedRequestId).toBe(requestId);
  });

  it("stage variables are on every event, where the stage has some", async () => {
    const stageVariables = { tier: "gold" };
    const { lab, handler } = await start({ stageVariables });
    const client = await lab.connect();
    await after(handler, () => client.send("one"));
    await after(handler, close(client, 1000));
    expect(handler.events).toHaveLength(3);
    for (const event of handler.events) expect(event.stageVariables).toEqual(stageVariables);
  });

  it("the API's names are as configured, the domain name at each connect", async () => {
    const { lab, handler } = await start({ apiId: "abcdef1234", domainName: () => "api.here.test" });
    const client = await lab.connect();
    const event = (await after(handler, () => client.send("one"))) as WebSocketMessageEvent;
    expect(event.requestContext).toMatchObject({ apiId: "abcdef1234", domainName: "api.here.test", stage: "titles" });
  });

  it("a $disconnect function that fails troubles nobody", async () => {
    const $disconnect = inProcess("disconnect", () => {
      throw new Error("no");
    });
    const lab = await Lab.start({ routes: { $disconnect } });
    const client = await lab.connect();
    const left = $disconnect.next();
    client.ws.close();
    await left;
    await lab.connect();
    expect(lab.api.connections).toBe(1);
  });
});
