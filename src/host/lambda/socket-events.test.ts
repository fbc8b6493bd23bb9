import { describe, expect, it, vi } from "vitest";
import { ask, plainDialect } from "../../../test/support/engine-fixture.ts";
import { Lab } from "../../emulator/api-gateway/test-support/lab.ts";
import { inProcess } from "../../emulator/api-gateway/test-support/in-process.ts";
import { type Gateway, gateway } from "../../gateway.ts";
import { silentLogger } from "../../logger.ts";
import type { Credentials, Principal } from "../../principal.ts";
import { SluiceError } from "../../protocol/errors.ts";
import type { Records, StoredRecord } from "../../records.ts";
import type { SharedBackend } from "./composition.ts";
import { messageHandler } from "./lambda.ts";
import { LambdaLab, type LabOptions, type SocketEventParts, useTable } from "./test-support/lambda-lab.ts";

const table = useTable();

const CONTEXT = { getRemainingTimeInMillis: () => 29_000 };
const HOUR = 3_600_000;

/** The functions behind an API of the emulator. */
async function home(options: LabOptions = {}, api: { authorizer?: boolean; stage?: string } = {}) {
  const handler = inProcess<unknown>("handler", (event) => lab.handler(event, CONTEXT));
  const routes = { $connect: handler, $disconnect: handler, $default: handler };
  const authorizer = api.authorizer === true && { authorizer: { function: handler, identitySources: [] } };
  const front = await Lab.start({ stage: api.stage ?? "app", routes, ...authorizer });
  const callbackUrl = front.api.callbackUrl;
  const lab: LambdaLab = await LambdaLab.start(table(), { callbackUrl, ...options });
  return { front, lab, handler };
}

/** A system that knows its people by their names; `counts`: how often it was asked. */
function guarded(counts: { asked: number } = { asked: 0 }): Gateway {
  const authorize = ({ token }: Credentials): Principal | undefined => {
    counts.asked += 1;
    if (token === "eve") throw new SluiceError("forbidden", "Not you.");
    if (token === "max") return { id: "max", claims: { all: "x".repeat(8000) } };
    const [, id, seconds] = /^(\w+)(?:-(\d+))?$/.exec(token ?? "") ?? [];
    if (id === undefined) return undefined;
    return { id, claims: { team: "red" }, ...(seconds !== undefined && { expiresAt: START + Number(seconds) * 1000 }) };
  };
  return gateway({ routes: { ask }, dialect: plainDialect, authorize });
}

/** When the lab's clock begins. */
const START = 1_700_000_000_000;

function kept({ backend }: LambdaLab, id: string, app = "app"): Promise<StoredRecord | undefined> {
  return backend.records.get({ collection: "connections", owner: app, id });
}

/** What the authorizer function says of a handshake. */
function authorized({ handler }: LambdaLab, { headers = {}, query = {}, stage = "app" }: SocketEventParts) {
  const event = {
    type: "REQUEST",
    methodArn: `arn:aws:execute-api:us-east-1:123456789012:api/${stage}/$connect`,
    headers,
    queryStringParameters: query,
    requestContext: { connectionId: "c=", domainName: "api.test", stage, eventType: "CONNECT" },
  };
  return handler(event, CONTEXT);
}

const as = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe("$connect without an authorizer", () => {
  it("lets everybody in who may, keeps what is to be known of the connection, and forgets it with $disconnect", async () => {
    const { front, lab, handler } = await home();
    const client = await front.connect();
    const [id] = front.api.connectionIds;
    expect((await kept(lab, id!))?.value).toEqual({ native: false, callbackUrl: front.api.callbackUrl });
    client.send({ action: "ping" });
    expect(await client.nextJson()).toEqual({ type: "pong" });
    const gone = handler.next();
    client.ws.close();
    await gone;
    await lab.forgotten(id!);
  });

  it("echoes the native subprotocol alone, never the token, and speaks its dialect", async () => {
    const { front, lab } = await home({ gateways: { app: guarded() } });
    const client = await front.connect("", { protocols: ["bearer.ann", "sluice.v1"] });
    expect(client.ws.protocol).toBe("sluice.v1");
    client.send({ action: "nothing" });
    expect(await client.nextJson()).toMatchObject({ code: "unknown_action", retryable: false });
    const [id] = front.api.connectionIds;
    expect((await kept(lab, id!))?.value).toMatchObject({ native: true, principal: { id: "ann" } });
  });

  it("asks the gateway's own authorizer: 401 without a valid token, 403 where it forbids", async () => {
    const { front, lab } = await home({ gateways: { app: guarded() } });
    expect((await front.refusal()).status).toBe(401);
    expect((await front.refusal("", as("eve"))).status).toBe(403);
    await front.connect("", as("ann"));
    const [id] = front.api.connectionIds;
    const job = await lab.ask(id!);
    expect(await lab.backend.store.head(job.streamId)).toMatchObject({ owner: "ann", scope: "app/u:ann" });
    expect(job.caller.principal).toEqual({ id: "ann", claims: { team: "red" } });
  });

  it("takes a ticket once", async () => {
    const { front, lab } = await home({ gateways: { app: guarded() } });
    const answer = (await lab.handler(
      {
        rawPath: "/app/tickets",
        rawQueryString: "",
        headers: { authorization: "Bearer ann" },
        requestContext: { http: { method: "POST" } },
      },
      CONTEXT,
    )) as { statusCode: number; body: string };
    expect(answer.statusCode).toBe(201);
    const { ticket } = JSON.parse(answer.body) as { ticket: string };
    await front.connect(`?ticket=${ticket}`);
    expect((await kept(lab, front.api.connectionIds[0]!))?.value).toMatchObject({ principal: { id: "ann" } });
    expect((await front.refusal(`?ticket=${ticket}`)).status).toBe(401);
  });

  it.each([
    ["in the query", { query: { session: "s" } }],
    ["in a header", { headers: { "Sluice-Session": "s" } }],
  ])("law 9: the session %s is the scope of its requests", async (_where, parts) => {
    const lab = await LambdaLab.start(table());
    const [first, second] = [await lab.connect(parts), await lab.connect(parts)];
    const requestId = crypto.randomUUID();
    const { streamId, caller } = await lab.ask(first, { requestId });
    expect(caller.scope).toBe("app/s:s");
    // The stream's own worker is to bring it to whoever repeats the request.
    await lab.ask(second, { requestId });
    expect(lab.jobs).toHaveLength(1);
    expect(await lab.backend.roster.entry(streamId, second)).toMatchObject({ repeated: true });
    const elsewhere = await lab.connect();
    await lab.ask(elsewhere, { requestId });
    expect(lab.jobs).toHaveLength(2);
  });

  it("a session that is too long is refused with 400", async () => {
    const lab = await LambdaLab.start(table());
    const parts = { query: { session: "x".repeat(129) } };
    expect(await lab.event("CONNECT", "c=", parts)).toEqual({ statusCode: 400 });
    expect(await kept(lab, "c=")).toBeUndefined();
  });

  it.each([
    [{ Host: "api.test", Origin: "https://evil.test" }, 403],
    [{ Host: "api.test", Origin: "null" }, 403],
    [{ Host: "api.test", Origin: "https://app.test" }, 200],
    [{ Host: "api.test", Origin: "https://api.test" }, 200],
    [{ Host: "api.test" }, 200],
  ])("the browser's defence: %o gets %i", async (headers, statusCode) => {
    const lab = await LambdaLab.start(table(), { origins: ["https://app.test"] });
    expect(await lab.event("CONNECT", "c=", { headers })).toEqual({ statusCode });
  });

  it("answers 500 where nothing can be kept, and says so in the log", async () => {
    const lab = await LambdaLab.start(table());
    const told: string[] = [];
    const logger = { ...silentLogger, error: (_fields: object, message: string) => void told.push(message) };
    const broken = async (): Promise<SharedBackend> => {
      const backend = await lab.options.store();
      return { ...backend, records: { put: () => Promise.reject(new Error("no table")) } as unknown as Records };
    };
    const requestContext = { eventType: "CONNECT", connectionId: "c=", domainName: "api.test", stage: "app" };
    const handler = messageHandler({ app: guarded() }, { ...lab.options, logger, store: broken });
    expect(await handler({ requestContext, ...as("ann") }, CONTEXT)).toEqual({ statusCode: 500 });
    expect(told).toEqual(["cannot connect"]);
  });
});

describe("where frames are posted", () => {
  it("the event's own domain and stage by default", async () => {
    const lab = await LambdaLab.start(table(), { callbackUrl: undefined } as unknown as LabOptions);
    const id = await lab.connect({ domainName: "abc.execute-api.eu-west-1.amazonaws.com" });
    expect((await kept(lab, id))?.value).toEqual({
      native: false,
      callbackUrl: "https://abc.execute-api.eu-west-1.amazonaws.com/app",
    });
  });

  it("where it is said, with the stage in its place", async () => {
    const lab = await LambdaLab.start(table(), { callbackUrl: "https://ws.test/x/{stage}" });
    const id = await lab.connect({ domainName: "ws.test" });
    expect((await kept(lab, id))?.value).toMatchObject({ callbackUrl: "https://ws.test/x/app" });
  });
});

describe("$connect with an authorizer", () => {
  it("allows exactly this handshake, and leaves the principal in the context", async () => {
    const lab = await LambdaLab.start(table(), { gateways: { app: guarded() } });
    const principal: Principal = { id: "ann", claims: { team: "red" }, expiresAt: START + 60_000 };
    expect(await authorized(lab, as("ann-60"))).toEqual({
      principalId: "ann",
      policyDocument: {
        Version: "2012-10-17",
        Statement: [
          {
            Action: "execute-api:Invoke",
            Effect: "Allow",
            Resource: "arn:aws:execute-api:us-east-1:123456789012:api/app/$connect",
          },
        ],
      },
      context: { sluicePrincipal: expect.any(String) },
    });
    const { context } = (await authorized(lab, as("ann-60"))) as { context: { sluicePrincipal: string } };
    expect(JSON.parse(context.sluicePrincipal)).toEqual(principal);
  });

  it("denies whom the gateway forbids, and whose claims are too many to be handed on", async () => {
    const lab = await LambdaLab.start(table(), { gateways: { app: guarded() } });
    for (const token of ["eve", "max"]) {
      const denied = { policyDocument: { Statement: [{ Effect: "Deny" }] } };
      expect(await authorized(lab, as(token))).toMatchObject(denied);
    }
  });

  it("throws exactly Unauthorized for a token that is missing or not valid", async () => {
    const lab = await LambdaLab.start(table(), { gateways: { app: guarded() } });
    await expect(authorized(lab, {})).rejects.toThrow(/^Unauthorized$/);
    await expect(authorized(lab, as("ann-0"))).resolves.toBeDefined();
    await lab.clock.advance(5000);
    await expect(authorized(lab, as("ann-0"))).rejects.toThrow(/^Unauthorized$/);
  });

  it("anonymous systems let everybody in, without a context", async () => {
    const lab = await LambdaLab.start(table());
    const policy = (await authorized(lab, {})) as object;
    expect(policy).toMatchObject({ principalId: "anonymous", policyDocument: { Statement: [{ Effect: "Allow" }] } });
    expect(policy).not.toHaveProperty("context");
  });

  it("through API Gateway: 401, 403, or in; the gateway's authorizer is asked once, and the runs know the principal", async () => {
    const counts = { asked: 0 };
    const { front, lab } = await home({ gateways: { app: guarded(counts) } }, { authorizer: true });
    expect((await front.refusal()).status).toBe(401);
    expect((await front.refusal("", as("eve"))).status).toBe(403);
    counts.asked = 0;
    const client = await front.connect("", { protocols: ["bearer.ann", "sluice.v1"] });
    expect([client.ws.protocol, counts.asked]).toEqual(["sluice.v1", 1]);
    const [id] = front.api.connectionIds;
    expect((await kept(lab, id!))?.value).toMatchObject({ principal: { id: "ann", claims: { team: "red" } } });
    client.send({ action: "streams" });
    expect(await client.nextJson()).toMatchObject({ type: "streams" });
    expect(counts.asked).toBe(1);
  });

  it("a foreign origin is refused also where its token is good", async () => {
    const { front } = await home({ gateways: { app: guarded() } }, { authorizer: true });
    const headers = { ...as("ann").headers, Origin: "https://evil.test" };
    expect((await front.refusal("", { headers })).status).toBe(403);
  });
});

describe("messages", () => {
  it("one of a connection that is not known hangs up: its client comes again, and is known", async () => {
    const { front, lab } = await home();
    const client = await front.connect();
    const [id] = front.api.connectionIds;
    await lab.backend.records.delete({ collection: "connections", owner: "app", id: id! });
    client.send({ action: "ping" });
    await client.closed;
    expect(front.api.connectionIds).toEqual([]);
  });

  it("law 11: bad input is answered, and the connection stays usable", async () => {
    const { front } = await home();
    const client = await front.connect();
    for (const [text, code] of [
      ["{", "bad_request"],
      ["[]", "bad_request"],
      ["{}", "bad_request"],
      ['{"action":"nothing"}', "unknown_action"],
      ['{"action":"$connect"}', "unknown_action"],
    ]) {
      client.send(text!);
      expect(await client.nextJson()).toMatchObject({ type: "error", code });
    }
    client.send({ action: "ping" });
    expect(await client.nextJson()).toEqual({ type: "pong" });
  });

  it("of a principal whose time is over are refused, and the connection is ended", async () => {
    const { front, lab } = await home({ gateways: { app: guarded() } });
    const client = await front.connect("", as("ann-60"));
    await lab.clock.advance(64_000);
    client.send({ action: "ping" });
    expect(await client.nextJson()).toEqual({ type: "pong" });
    await lab.clock.advance(1000);
    client.send({ action: "ping" });
    expect(await client.nextJson()).toMatchObject({ type: "error", code: "unauthorized" });
    await client.closed;
  });

  it("law 3: a replay that its function has no time for ends the connection, for the client to come back", async () => {
    const lab = await LambdaLab.start(table());
    const [asker, later] = [await lab.connect(), await lab.connect()];
    const job = await lab.ask(asker);
    const done = lab.worker()(job);
    (await lab.model.next()).end();
    await done;
    const { promise: answered, resolve: answer } = Promise.withResolvers<number>();
    lab.server.answers = ({ method }) => (method === "POST" ? answered : undefined);
    const replay = lab.say(later, { action: "resume", streamId: job.streamId });
    await lab.frame(later, "start");
    await lab.clock.advance(17_000);
    answer(200);
    await replay;
    expect(lab.server.deleted(later)).toBe(1);
    expect(lab.server.requests.at(-1)!.method).toBe("DELETE");
  });

  it("authenticate renews what is kept; another's token, or a bad one, changes nothing", async () => {
    const { front, lab } = await home({ gateways: { app: guarded() } });
    const client = await front.connect("", as("ann-60"));
    for (const [token, code] of [
      ["bob", "forbidden"],
      ["-", "unauthorized"],
    ]) {
      client.send({ action: "authenticate", token });
      expect(await client.nextJson()).toMatchObject({ type: "error", code });
    }
    client.send({ action: "authenticate", token: "ann-3600" });
    const expiresAt = new Date(START + HOUR).toISOString();
    expect(await client.nextJson()).toEqual({ type: "authenticated", expiresAt });
    const [id] = front.api.connectionIds;
    const renewed = { principal: { id: "ann", expiresAt: START + HOUR } };
    await vi.waitFor(async () => expect((await kept(lab, id!))?.value).toMatchObject(renewed));
    await lab.clock.advance(HOUR / 2);
    client.send({ action: "ping" });
    expect(await client.nextJson()).toEqual({ type: "pong" });
  });
});

describe("which system answers", () => {
  const plain = gateway({ routes: { ask }, dialect: plainDialect });

  it("a single one answers on any stage", async () => {
    const { front, lab } = await home({ gateways: { titles: plain } }, { stage: "prod" });
    const client = await front.connect();
    client.send({ action: "ping" });
    expect(await client.nextJson()).toEqual({ type: "pong" });
    expect(await kept(lab, front.api.connectionIds[0]!, "titles")).toBeDefined();
  });

  it("of several each has its own stage; another one is not found", async () => {
    const lab = await LambdaLab.start(table(), { gateways: { titles: plain, images: plain } });
    const id = await lab.connect({ stage: "images" });
    expect([await kept(lab, id, "images"), await kept(lab, id, "titles")]).toEqual([expect.anything(), undefined]);
    const { caller } = await lab.ask(id, {}, { stage: "images" });
    expect(caller.app).toBe("images");
    expect(await lab.event("CONNECT", "c=", { stage: "prod" })).toEqual({ statusCode: 404 });
  });

  it("what is no event of these is an error of the function", async () => {
    const lab = await LambdaLab.start(table());
    await expect(lab.handler({ hello: "world" }, CONTEXT)).rejects.toThrow("neither from a WebSocket API");
  });
});
