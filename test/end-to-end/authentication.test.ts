import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { jwt } from "sluice/auth/jwt";
import { pinoLogger } from "sluice/node";
import { PassThrough } from "node:stream";
import { readEnvironment } from "../../apps/environment.ts";
import { gatewaysFor } from "../../apps/index.ts";
import { openSources } from "../../apps/sources.ts";
import { type Server, serve } from "../../src/host/node/index.ts";
import { memory } from "../../src/store/memory.ts";
import { FakeClock } from "../../src/testing/fake-clock.ts";
import { posted, request } from "./support/http-client.ts";
import { pngPicture } from "./support/png-picture.ts";
import { SocketClient } from "./support/socket-client.ts";
import { AUDIENCE, ISSUER, SECRET, claims, signed, startKeyServer, token, unsigned } from "./support/tokens.ts";

const FLAT_OUT = { tokensPerSecond: Infinity, firstTokenMs: 0 };
const QUESTION = { projectId: "p1", userInput: "Night trains are back in Europe, from Vienna to Brussels." };
const PREDICTION = {
  prediction_statement: "It will snow in Oslo.",
  verification_date: "2026-12-31T22:59:59Z",
  date_reasoning: "The end of the year.",
  verification_method: { source: ["a"], criteria: ["b"], steps: ["c"] },
  initial_status: "pending",
};

interface House extends AsyncDisposable {
  readonly server: Server;
  readonly log: () => string;
}

/** All systems, with tokens; the log is kept at its finest. */
async function startHouse(options: Partial<Parameters<typeof serve>[1]> = {}): Promise<House> {
  const sources = await openSources({ kind: "offline", pace: FLAT_OUT });
  const out = new PassThrough();
  let log = "";
  out.on("data", (bytes: Buffer) => (log += bytes.toString("utf8")));
  const server = await serve(gatewaysFor(readEnvironment({})), {
    store: memory(),
    source: sources.of,
    port: 0,
    signals: false,
    authorize: jwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE }),
    logger: pinoLogger("trace", out),
    ...options,
  });
  return {
    server,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await server.close();
      await sources[Symbol.asyncDispose]();
    },
  };
}

const bearer = (value: string): Record<string, string> => ({ Authorization: `Bearer ${value}` });

/** How an upgrade ends: the status that refuses it, or 101 and the subprotocol that was echoed. */
function upgrade(
  url: string,
  protocols: string[] = [],
  headers: Record<string, string> = {},
): Promise<[number, string?]> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace(/^http/, "ws"), protocols, { headers });
    socket.on("unexpected-response", (_request, response) => resolve([response.statusCode!]));
    socket.on("open", () => {
      resolve([101, socket.protocol]);
      socket.close();
    });
    // A server that echoes none of the offered subprotocols is one that the library does not accept.
    socket.on("error", (error) => resolve([101, error.message]));
  });
}

describe("tokens at the door (DESIGN section 4)", () => {
  let house: House;
  let url: string;
  beforeAll(async () => {
    house = await startHouse();
    url = house.server.url;
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const now = Math.floor(Date.now() / 1000);
  const bad: [string, () => Promise<string> | string][] = [
    ["expired", () => signed(claims("ann", { exp: now - 60 }))],
    ["for another audience", () => signed(claims("ann", { aud: "others" }))],
    ["without an audience", () => signed(claims("ann", { aud: undefined }))],
    ["of another issuer", () => signed(claims("ann", { iss: "https://evil.example" }))],
    ["not yet valid", () => signed(claims("ann", { nbf: now + 600 }))],
    ["without a subject", () => signed(claims("ann", { sub: undefined }))],
    ["with an empty subject", () => signed(claims("ann", { sub: "" }))],
    ["signed with another secret", () => signed(claims("ann"), new TextEncoder().encode("x".repeat(40)))],
    ["unsigned (alg: none)", () => unsigned("ann")],
    ["that is none", () => "rubbish"],
  ];

  it.each(bad)("a token %s is refused with 401, at the upgrade and on HTTP", async (_what, make) => {
    const value = await make();
    expect(await upgrade(`${url}/titles`, [], bearer(value))).toEqual([401]);
    expect(await upgrade(`${url}/titles`, ["sluice.v1", `bearer.${value}`])).toEqual([401]);
    const answer = await request(`${url}/titles/stream`, posted(QUESTION, bearer(value)));
    expect([answer.status, answer.body, answer.headers.get("www-authenticate")]).toEqual([
      401,
      { type: "error", code: "unauthorized", message: expect.any(String) },
      "Bearer",
    ]);
  });

  it("without a token every system is closed, whatever the query says; what is open stays so", async () => {
    for (const app of house.server.engine.apps) {
      expect(await upgrade(`${url}/${app}`)).toEqual([401]);
      expect(await upgrade(`${url}/${app}?token=${await token("ann")}&session=s`)).toEqual([401]);
      expect((await request(`${url}/${app}/streams`)).status).toBe(401);
    }
    for (const path of ["/healthz", "/readyz", "/config.json"]) expect((await request(url + path)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: bearer(await token("ann")) })).status).toBe(200);
  });

  it("a good token opens by header and by subprotocol, of which only sluice.v1 is echoed", async () => {
    const value = await token("ann");
    expect(await upgrade(`${url}/titles`, [], bearer(value))).toEqual([101, ""]);
    expect(await upgrade(`${url}/titles`, ["sluice.v1", `bearer.${value}`])).toEqual([101, "sluice.v1"]);
    const [status, echoed] = await upgrade(`${url}/titles`, [`bearer.${value}`]);
    expect([status, echoed]).toEqual([101, expect.not.stringContaining(value)]);
  });

  it("a ticket opens once, in its app; used, made up, or another app's it is refused with 401", async () => {
    const issue = async (): Promise<string> => {
      const answer = await request(`${url}/titles/tickets`, { method: "POST", headers: bearer(await token("ann")) });
      expect(answer.status).toBe(201);
      return answer.body["ticket"] as string;
    };
    const ticket = await issue();
    expect(await upgrade(`${url}/llm?ticket=${ticket}`)).toEqual([401]);
    expect(await upgrade(`${url}/titles?ticket=${ticket}`)).toEqual([101, ""]);
    expect(await upgrade(`${url}/titles?ticket=${ticket}`)).toEqual([401]);
    expect(await upgrade(`${url}/titles?ticket=${randomUUID()}`)).toEqual([401]);
    expect(await upgrade(`${url}/titles?ticket=`)).toEqual([401]);
    expect((await request(`${url}/titles/tickets`, { method: "POST" })).status).toBe(401);
    expect((await request(`${url}/titles/streams?ticket=${await issue()}`)).status).toBe(401);
  });

  it("no token and no ticket is in the log, whatever becomes of them", async () => {
    const value = await token("ann");
    const { body } = await request(`${url}/titles/tickets`, { method: "POST", headers: bearer(value) });
    const secrets = [value, body["ticket"] as string];
    await upgrade(`${url}/titles?ticket=${body["ticket"] as string}`);
    await upgrade(`${url}/titles?ticket=${body["ticket"] as string}`);
    await upgrade(`${url}/titles?token=${value}`);
    await request(`${url}/titles/nothing?token=${value}`, posted({}, bearer(value)));
    await using client = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, { headers: bearer(value) });
    client.send({ action: "authenticate", token: value });
    client.send({ action: "authenticate", token: "not.a.token" });
    client.send({ action: "stream", ...QUESTION, token: value });
    await client.log.whole();
    expect(house.log()).toContain("run ended");
    for (const secret of [...secrets, "not.a.token"]) expect(house.log()).not.toContain(secret);
  });
});

describe("keys at an address", () => {
  it("RS256 is good; the public key as a shared secret, HS256 and `none` are refused", async () => {
    await using keys = await startKeyServer();
    await using house = await startHouse({ authorize: jwt({ jwksUrl: keys.url, issuer: ISSUER, audience: AUDIENCE }) });
    const url = `${house.server.url}/titles`;
    expect(await upgrade(url, [], bearer(await keys.sign(claims("ann"))))).toEqual([101, ""]);
    const confused = await signed(claims("ann"), new TextEncoder().encode(keys.publicText));
    for (const value of [confused, await token("ann"), unsigned("ann")]) {
      expect(await upgrade(url, [], bearer(value))).toEqual([401]);
    }
  });
});

describe("a live connection's token (PROTOCOL.md section 5.5)", () => {
  it("is told 60 s before its end, may be renewed, and closes 5 s after it", async () => {
    const clock = new FakeClock(Date.now());
    const seconds = Math.floor(clock.now() / 1000);
    await using house = await startHouse({
      clock,
      authorize: jwt({ secret: SECRET, issuer: ISSUER, audience: AUDIENCE, clock }),
    });
    const first = await signed(claims("ann", { exp: seconds + 120 }));
    const url = `${house.server.url.replace(/^http/, "ws")}/titles`;
    await using client = await SocketClient.open(url, { headers: bearer(first) });
    const iso = (at: number): string => new Date(at * 1000).toISOString();
    const frame = (type: string, count = 1): Promise<unknown> =>
      client.log.when(() => client.frames.filter((one) => one.type === type)[count - 1], type);
    client.send({ action: "ping" });
    await frame("pong");
    await clock.advance((seconds + 60) * 1000 - clock.now());
    expect(await frame("expiring")).toEqual({ type: "expiring", expiresAt: iso(seconds + 120) });

    const error = (code: string): Promise<unknown> =>
      client.log.when(() => client.frames.find((one) => one["code"] === code), code);
    client.send({ action: "authenticate", token: "rubbish" });
    expect(await error("unauthorized")).toMatchObject({ type: "error" });
    client.send({ action: "authenticate", token: await signed(claims("bob", { exp: seconds + 900 })) });
    expect(await error("forbidden")).toMatchObject({ type: "error" });
    client.send({ action: "authenticate", token: 7 });
    expect(await error("bad_request")).toMatchObject({ type: "error" });
    client.send({ action: "authenticate", token: await signed(claims("ann", { exp: seconds + 300 })) });
    expect(await frame("authenticated")).toEqual({ type: "authenticated", expiresAt: iso(seconds + 300) });

    await clock.advance(179_000 + 1000);
    expect(await frame("expiring", 2)).toEqual({ type: "expiring", expiresAt: iso(seconds + 300) });
    await clock.advance(64_000);
    client.send({ action: "ping" });
    await frame("pong", 2);
    await clock.advance(2000);
    expect(await client.closed).toMatchObject({ code: 4501 });
  });
});

describe("law 9: nobody sees another's", () => {
  let house: House;
  let url: string;
  let ann: Record<string, string>;
  let bob: Record<string, string>;
  beforeAll(async () => {
    house = await startHouse();
    url = house.server.url;
    ann = bearer(await token("ann"));
    bob = bearer(await token("bob"));
  });
  afterAll(() => house[Symbol.asyncDispose]());

  const UNKNOWN = "A".repeat(22);

  it("a stream of one is to another as one that never was, on every path", async () => {
    const made = await request(`${url}/titles/stream`, posted(QUESTION, { ...ann, Prefer: "respond-async" }));
    const streamId = made.body.streamId!;
    const paths: [string, RequestInit][] = [
      ["", {}],
      ["?wait=1", {}],
      ["", { headers: { Accept: "text/event-stream" } }],
      ["/cancel", { method: "POST" }],
      ["", { method: "DELETE" }],
    ];
    for (const [path, init] of paths) {
      const ask = async (id: string, who: Record<string, string>): Promise<[number, unknown]> => {
        const answer = await fetch(`${url}/titles/streams/${id}${path}`, {
          ...init,
          headers: { ...init.headers, ...who },
        });
        return [answer.status, (await answer.text()).replaceAll(id, "")];
      };
      const theirs = await ask(streamId, bob);
      expect(theirs[0]).toBe(404);
      expect(theirs).toEqual(await ask(UNKNOWN, bob));
    }
    await using socket = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, { headers: bob });
    for (const action of ["resume", "cancel"]) {
      for (const id of [streamId, UNKNOWN]) socket.send({ action, streamId: id });
    }
    await socket.log.when(() => (socket.frames.length === 4 ? true : undefined), "four answers");
    const answers = socket.frames.map(({ streamId: id, ...rest }) => [id === streamId || id === UNKNOWN, rest]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(socket.frames[0]).toMatchObject({ type: "error", code: "not_found" });
    const whole = await request(`${url}/titles/streams/${streamId}?wait=25`, { headers: ann });
    expect(whole.body).toMatchObject({ state: "complete" });
  });

  it("lists are one's own, whatever session is named; a cancel by request id reaches one's own runs only", async () => {
    const requestId = randomUUID();
    const ask = (who: Record<string, string>, session: string): Promise<{ body: { streamId?: string } }> =>
      request(
        `${url}/titles/stream?session=${session}`,
        posted({ ...QUESTION, requestId }, { ...who, Prefer: "respond-async" }),
      );
    const [mine, again, theirs] = [await ask(ann, "s1"), await ask(ann, "s2"), await ask(bob, "s1")];
    expect(again.body.streamId).toBe(mine.body.streamId);
    expect(theirs.body.streamId).not.toBe(mine.body.streamId);
    for (const [who, own, other] of [
      [ann, mine, theirs],
      [bob, theirs, mine],
    ] as const) {
      const list = JSON.stringify((await request(`${url}/titles/streams?session=s1`, { headers: who })).body);
      expect(list).toContain(own.body.streamId);
      expect(list).not.toContain(other.body.streamId);
    }
    await using socket = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, { headers: bob });
    socket.send({ action: "cancel", requestId });
    expect(await socket.log.first(({ type }) => type === "ended")).toMatchObject({ streamId: theirs.body.streamId });
  });

  it("prompt cards, saved calls and uploads are one's own", async () => {
    const cards = `${url}/titles/projects/p1/cards`;
    const put = { ...posted({ cards: [{ name: "Tone", text: "calm" }] }, ann), method: "PUT" };
    expect((await request(cards, put)).status).toBe(200);
    expect((await request(cards, { headers: bob })).body).toEqual({ cards: [] });

    const call = await request(`${url}/predictions/calls`, posted(PREDICTION, ann));
    expect(call.status).toBe(201);
    expect((await request(`${url}/predictions/calls`, { headers: bob })).body).toEqual({ items: [] });
    const erase = { method: "DELETE", headers: bob };
    const path = `${url}/predictions/calls/${call.body["id"] as string}`;
    expect((await request(path, erase)).status).toBe(404);
    expect((await request(path, { method: "DELETE", headers: ann })).status).toBe(204);

    const upload = await request(`${url}/images/uploads`, {
      method: "POST",
      headers: { ...ann, "Content-Type": "image/png" },
      body: Buffer.from(pngPicture(), "base64"),
    });
    const show = (who: Record<string, string>): Promise<{ status: number }> =>
      request(`${url}/images/processImage`, posted({ uploadId: upload.body["uploadId"] }, who));
    expect([upload.status, (await show(bob)).status, (await show(ann)).status]).toEqual([201, 404, 200]);
  });
});
