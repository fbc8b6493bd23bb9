import { describe, expect, it } from "vitest";
import { FakeClock } from "../../testing/fake-clock.ts";
import type { WebSocketAuthorizerEvent, WebSocketEvent } from "./events.ts";
import type { Uncertainties } from "./options.ts";
import { type InProcessFunction, inProcess } from "./test-support/in-process.ts";
import { Lab } from "./test-support/lab.ts";

const ARN = "arn:aws:execute-api:us-east-1:123456789012:emulated01/titles/$connect";

function policy(resource: string = ARN, effect: "Allow" | "Deny" = "Allow"): object {
  const statement = { Action: "execute-api:Invoke", Effect: effect, Resource: resource };
  return { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement: [statement] } };
}

interface Asked {
  readonly lab: Lab;
  readonly authorizer: InProcessFunction<WebSocketAuthorizerEvent>;
  readonly handler: InProcessFunction<WebSocketEvent>;
}

async function ask(
  answer: (event: WebSocketAuthorizerEvent) => unknown,
  options: { identitySources?: string[]; uncertain?: Partial<Uncertainties>; clock?: FakeClock } = {},
): Promise<Asked> {
  const { identitySources = ["route.request.querystring.token"], ...rest } = options;
  const authorizer = inProcess("authorizer", answer);
  const handler = inProcess("handler");
  const lab = await Lab.start({
    routes: { $connect: handler, $disconnect: handler, $default: handler },
    authorizer: { function: authorizer, identitySources },
    stageVariables: { tier: "gold" },
    ...rest,
  });
  return { lab, authorizer, handler };
}

describe("the authorizer (AWS facts 1.5)", () => {
  it("is asked with the request, the ARN of $connect and the connection's id", async () => {
    const { lab, authorizer, handler } = await ask(() => policy());
    await lab.connect("?token=secret&tag=a&tag=b", { headers: { "X-Tenant": "acme" } });
    const [event] = authorizer.events;
    expect(Object.keys(event!).toSorted()).toEqual([
      "headers",
      "methodArn",
      "multiValueHeaders",
      "multiValueQueryStringParameters",
      "queryStringParameters",
      "requestContext",
      "stageVariables",
      "type",
    ]);
    expect(event).toMatchObject({
      type: "REQUEST",
      methodArn: ARN,
      headers: { "X-Tenant": "acme" },
      queryStringParameters: { token: "secret", tag: "b" },
      multiValueQueryStringParameters: { token: ["secret"], tag: ["a", "b"] },
      stageVariables: { tier: "gold" },
      requestContext: { routeKey: "$connect", eventType: "CONNECT" },
    });
    const { connectionId, requestId } = handler.events[0]!.requestContext;
    expect(event!.requestContext).toMatchObject({ connectionId, requestId });
    expect(event!.requestContext).not.toHaveProperty("authorizer");
  });

  it.each([
    ["missing", ""],
    ["empty", "?token="],
    ["of another case", "?Token=secret"],
  ])("a query parameter that is %s gives 401, and nobody is asked", async (_what, query) => {
    const { lab, authorizer, handler } = await ask(() => policy());
    const { status, body } = await lab.refusal(query);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ message: "Unauthorized" });
    expect(authorizer.events).toEqual([]);
    expect(handler.events).toEqual([]);
  });

  it("headers in any case, the context and stage variables are identity sources too, and all are needed", async () => {
    const sources = ["route.request.header.Authorization", "context.identity.sourceIp", "stageVariables.tier"];
    const { lab, authorizer } = await ask(() => policy(), { identitySources: sources });
    await expect(lab.refusal()).resolves.toMatchObject({ status: 401 });
    await lab.connect("", { headers: { authorization: "Bearer x" } });
    expect(authorizer.events).toHaveLength(1);
    const other = await ask(() => policy(), { identitySources: [...sources, "stageVariables.missing"] });
    await expect(other.lab.refusal("", { headers: { authorization: "x" } })).resolves.toMatchObject({ status: 401 });
  });

  it("what every object inherits is no identity source", async () => {
    const { lab } = await ask(() => policy(), { identitySources: ["route.request.querystring.constructor"] });
    await expect(lab.refusal("?token=secret")).resolves.toMatchObject({ status: 401 });
  });

  it("an identity source that no WebSocket API has is refused at the start", async () => {
    await expect(ask(() => policy(), { identitySources: ["$request.header.Authorization"] })).rejects.toThrow(
      TypeError,
    );
  });

  it("an authorizer needs a $connect route", async () => {
    const authorizer = { function: inProcess("authorizer"), identitySources: [] };
    await expect(Lab.start({ authorizer })).rejects.toThrow(TypeError);
  });

  it.each([
    ["denies", policy("*", "Deny")],
    ["allows stage/*/* only, as for REST", policy(ARN.replace("$connect", "*/*"))],
    ["has no statements", { principalId: "ann", policyDocument: { Version: "2012-10-17", Statement: [] } }],
  ])("a policy that %s gives 403, and $connect is not called", async (_what, answer) => {
    const { lab, handler } = await ask(() => answer);
    const { status, body } = await lab.refusal("?token=secret");
    expect(status).toBe(403);
    expect(JSON.parse(body)).toMatchObject({ message: "Forbidden" });
    expect(handler.events).toEqual([]);
  });

  it.each([
    ["no policy", { principalId: "ann" }],
    ["no principal", { ...policy(), principalId: undefined }],
    ["a simple response, which HTTP APIs have", { isAuthorized: true }],
    ["nothing", undefined],
    ["an object in its context", { ...policy(), context: { user: { name: "Ann" } } }],
    ["a list in its context", { ...policy(), context: { groups: ["a"] } }],
    ["null in its context", { ...policy(), context: { user: null } }],
    ["more than 8 KB", { ...policy(), context: { filler: "x".repeat(8192) } }],
  ])("an answer with %s gives 500 (not documented)", async (_what, answer) => {
    const { lab, handler } = await ask(() => answer);
    await expect(lab.refusal("?token=secret")).resolves.toMatchObject({ status: 500 });
    expect(handler.events).toEqual([]);
  });

  it("an answer of exactly 8 KB is taken", async () => {
    const room = 8192 - Buffer.byteLength(JSON.stringify({ ...policy(), context: { filler: "" } }));
    const { lab } = await ask(() => ({ ...policy(), context: { filler: "x".repeat(room) } }));
    await lab.connect("?token=secret");
  });

  it.each([
    ["Unauthorized", {}, 401],
    ["Unauthorized", { unauthorizedStatus: 403 }, 403],
    ["Unauthorized, really", {}, 500],
    ["no database", {}, 500],
    ["no database", { authorizerFailureStatus: 502 }, 502],
  ])("throwing %j with %j gives %d (not documented)", async (message, uncertain, status) => {
    const { lab } = await ask(
      () => {
        throw new Error(message);
      },
      { uncertain },
    );
    await expect(lab.refusal("?token=secret")).resolves.toMatchObject({ status });
  });

  it("taking longer than 29 s gives 500 (not documented)", async () => {
    const clock = new FakeClock();
    const { lab, authorizer } = await ask(() => new Promise(() => {}), { clock });
    const asked = authorizer.next();
    const refusal = lab.refusal("?token=secret");
    await asked;
    await clock.advance(29_000);
    await expect(refusal).resolves.toMatchObject({ status: 500 });
  });

  it("every connect asks it: no answer is cached", async () => {
    const { lab, authorizer } = await ask(() => policy());
    await lab.connect("?token=secret");
    await lab.connect("?token=secret");
    expect(authorizer.events).toHaveLength(2);
  });

  it("what it says is on all later events of the connection, its context as strings", async () => {
    const clock = new FakeClock();
    const context = { name: "Ann", age: 41, admin: true };
    const { lab, authorizer, handler } = await ask(() => clock.advance(30).then(() => ({ ...policy(), context })), {
      clock,
    });
    const client = await lab.connect("?token=secret");
    const told = handler.next();
    client.send("hello");
    await told;
    const left = handler.next();
    client.ws.close(1000);
    await left;
    const expected = { principalId: "ann", integrationLatency: 30, name: "Ann", age: "41", admin: "true" };
    expect(handler.events.map(({ requestContext }) => requestContext.eventType)).toEqual([
      "CONNECT",
      "MESSAGE",
      "DISCONNECT",
    ]);
    for (const { requestContext } of handler.events) expect(requestContext.authorizer).toEqual(expected);
    expect(authorizer.events).toHaveLength(1);
  });

  it("its context keeps its types where the settings say so (not documented)", async () => {
    const answer = { ...policy(), context: { age: 41, admin: true } };
    const { lab, handler } = await ask(() => answer, { uncertain: { authorizerContextAsStrings: false } });
    await lab.connect("?token=secret");
    expect(handler.events[0]!.requestContext.authorizer).toMatchObject({ age: 41, admin: true });
  });
});
