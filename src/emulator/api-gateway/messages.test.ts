import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { WebSocketMessageEvent } from "./events.ts";
import { type InProcessFunction, inProcess } from "./test-support/in-process.ts";
import { answering, Lab, throwing } from "./test-support/lab.ts";

/** Answers with its own name and what it was told, on two-way routes. */
function named(name: string): InProcessFunction<WebSocketMessageEvent> {
  return inProcess(name, ({ requestContext: { routeKey }, body }) => ({
    statusCode: 200,
    body: `${name} ${routeKey} ${body}`,
  }));
}

describe("route selection (AWS facts 1.6)", () => {
  const routes = {
    $connect: named("connect"),
    $disconnect: named("disconnect"),
    $default: { function: named("default"), twoWay: true },
    stream: { function: named("stream"), twoWay: true },
    "llm/chat": { function: named("chat"), twoWay: true },
  };

  it.each([
    ['{"action":"stream"}', "stream stream"],
    ['{"action":"llm/chat"}', "chat llm/chat"],
    ['{"action":"Stream"}', "default $default"],
    ['{"action":"other"}', "default $default"],
    ['{"other":"stream"}', "default $default"],
    ['{"action":{"stream":1}}', "default $default"],
    ['["stream"]', "default $default"],
    ["stream", "default $default"],
    ["", "default $default"],
    ['{"action":"$connect"}', "default $default"],
    ['{"action":"$disconnect"}', "default $default"],
    ['{"action":"$default"}', "default $default"],
    ['{"action":"constructor"}', "default $default"],
  ])("%s goes to %s", async (message, answer) => {
    const lab = await Lab.start({ routes });
    const client = await lab.connect();
    client.send(message);
    await expect(client.next()).resolves.toBe(`${answer} ${message}`);
  });

  it("the expression may be another one", async () => {
    const lab = await Lab.start({ routes, selection: "${request.body.service}/${request.body.data.verb}" });
    const client = await lab.connect();
    client.send({ service: "llm", data: { verb: "chat" } });
    await expect(client.next()).resolves.toMatch(/^chat llm\/chat /);
  });

  it("a route key may not start with $ unless it is one of the three", async () => {
    await expect(Lab.start({ routes: { $other: named("other") } })).rejects.toThrow(TypeError);
  });

  it("without a match and without $default the client is told Forbidden, and stays connected", async () => {
    const lab = await Lab.start({ routes: { stream: { function: named("stream"), twoWay: true } } });
    const client = await lab.connect();
    const [connectionId] = lab.api.connectionIds;
    client.send({ action: "other" });
    await expect(client.nextJson()).resolves.toEqual({
      message: "Forbidden",
      connectionId,
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
    });
    client.send({ action: "stream" });
    await expect(client.next()).resolves.toMatch(/^stream /);
  });

  it("messages of one connection do not wait for each other", async () => {
    const held = Promise.withResolvers<void>();
    const $default = inProcess<WebSocketMessageEvent>("default", async ({ body }) => {
      if (body === "slow") await held.promise;
      return { statusCode: 200, body };
    });
    const lab = await Lab.start({ routes: { $default: { function: $default, twoWay: true } } });
    const client = await lab.connect();
    client.send("slow");
    client.send("quick");
    await expect(client.next()).resolves.toBe("quick");
    held.resolve();
    await expect(client.next()).resolves.toBe("slow");
  });
});

describe("what the gateway itself sends (AWS facts 1.7)", () => {
  const fine = { function: named("fine"), twoWay: true };

  it.each([
    ["throws", throwing("no")],
    ["returns nothing", answering(undefined)],
    ["returns a text", answering("ok")],
    ["returns no status", answering({ body: "ok" })],
    ["returns a member too many", answering({ statusCode: 200, ConnectionId: "x", Data: "y" })],
    ["returns a body that is no text", answering({ statusCode: 200, body: { ok: true } })],
  ])("a one-way function that %s makes an error frame, and the client stays connected", async (_what, broken) => {
    const lab = await Lab.start({ routes: { broken, fine } });
    const client = await lab.connect();
    const [connectionId] = lab.api.connectionIds;
    client.send({ action: "broken" });
    await expect(client.nextJson()).resolves.toEqual({
      message: "Internal server error",
      connectionId,
      requestId: expect.stringMatching(/^[\w-]{15}=$/),
    });
    client.send({ action: "fine" });
    await expect(client.next()).resolves.toMatch(/^fine /);
  });

  it("the error frame names the request that the function knows", async () => {
    const broken = inProcess<WebSocketMessageEvent>("broken", () => "not a result");
    const lab = await Lab.start({ routes: { broken } });
    const client = await lab.connect();
    client.send({ action: "broken" });
    const { requestId } = (await client.nextJson()) as { requestId: string };
    expect(requestId).toBe(broken.events[0]!.requestContext.requestId);
  });

  it("after 29 s there is an error frame, while the function goes on and may still post", async () => {
    const clock = new FakeClock();
    const held = Promise.withResolvers<void>();
    const slow = inProcess<WebSocketMessageEvent>("slow", async ({ requestContext: { connectionId } }) => {
      await held.promise;
      await lab.post(connectionId, "late");
      return { statusCode: 200, body: "too late" };
    });
    const routes = { slow: { function: slow, twoWay: true }, fine };
    const lab: Lab = await Lab.start({ clock, routes });
    const client = await lab.connect();
    const asked = slow.next();
    client.send({ action: "slow" });
    await asked;
    await clock.advance(28_999);
    client.send({ action: "fine" });
    await expect(client.next()).resolves.toMatch(/^fine /);
    await clock.advance(1);
    await expect(client.nextJson()).resolves.toMatchObject({ message: "Internal server error" });
    held.resolve();
    await expect(client.next()).resolves.toBe("late");
    client.send({ action: "fine" });
    await expect(client.next()).resolves.toMatch(/^fine /);
  });
});

describe("two-way routes (AWS facts 1.8)", () => {
  const done = { function: answering({ statusCode: 200, body: "done" }), twoWay: true };

  it("a one-way route drops the body of the result", async () => {
    const quiet = inProcess("quiet", () => ({ statusCode: 200, body: "dropped" }));
    const lab = await Lab.start({ routes: { quiet, done } });
    const client = await lab.connect();
    const asked = quiet.next();
    client.send({ action: "quiet" });
    await asked;
    client.send({ action: "done" });
    await expect(client.next()).resolves.toBe("done");
  });

  it.each([
    ["a plain body", { statusCode: 200, body: "plain" }, "plain"],
    ["a base64 body", { statusCode: 200, body: "Z3LDvMOfZQ==", isBase64Encoded: true }, "grüße"],
    ["the body of a failure", { statusCode: 500, body: "sorry" }, "sorry"],
    ["no body: nothing", { statusCode: 200 }, "done"],
    ["null for a body: nothing", { statusCode: 200, body: null }, "done"],
  ])("%s goes to the client", async (_what, result, expected) => {
    const twoWay = inProcess("two-way", () => result);
    const lab = await Lab.start({ routes: { twoWay: { function: twoWay, twoWay: true }, done } });
    const client = await lab.connect();
    const asked = twoWay.next();
    client.send({ action: "twoWay" });
    await asked;
    client.send({ action: "done" });
    await expect(client.next()).resolves.toBe(expected);
  });
});
