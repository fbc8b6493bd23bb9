import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jwt } from "sluice/auth/jwt";
import { FakeClock } from "../../src/testing/fake-clock.ts";
import { type House, QUESTION, bearer, startHouse, upgrade } from "./support/house.ts";
import { posted, request } from "./support/http-client.ts";
import { SocketClient } from "./support/socket-client.ts";
import { AUDIENCE, ISSUER, SECRET, claims, signed, startKeyServer, token, unsigned } from "./support/tokens.ts";

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
    expect(await upgrade(`${url}/titles`, [], bearer(value))).toMatchObject({ status: 401 });
    expect(await upgrade(`${url}/titles`, ["sluice.v1", `bearer.${value}`])).toMatchObject({ status: 401 });
    const answer = await request(`${url}/titles/stream`, posted(QUESTION, bearer(value)));
    expect([answer.status, answer.body, answer.headers.get("www-authenticate")]).toEqual([
      401,
      { type: "error", code: "unauthorized", message: expect.any(String) },
      "Bearer",
    ]);
  });

  it("without a token every system is closed, whatever the query says; what is open stays so", async () => {
    for (const app of house.server.engine.apps) {
      expect(await upgrade(`${url}/${app}`)).toMatchObject({ status: 401 });
      expect(await upgrade(`${url}/${app}?token=${await token("ann")}&session=s`)).toMatchObject({ status: 401 });
      expect((await request(`${url}/${app}/streams`)).status).toBe(401);
    }
    expect(await upgrade(`${url}/titles`)).toEqual({ status: 401, challenge: "Bearer" });
    for (const path of ["/healthz", "/readyz", "/config.json"]) expect((await request(url + path)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    expect((await fetch(`${url}/metrics`, { headers: bearer(await token("ann")) })).status).toBe(200);
  });

  it("a good token opens by header and by subprotocol, of which only sluice.v1 is echoed", async () => {
    const value = await token("ann");
    expect(await upgrade(`${url}/titles`, [], bearer(value))).toEqual({ status: 101 });
    expect(await upgrade(`${url}/titles`, ["sluice.v1", `bearer.${value}`])).toEqual({
      status: 101,
      protocol: "sluice.v1",
    });
    expect(await upgrade(`${url}/titles`, [`bearer.${value}`])).toEqual({ status: 101 });
  });

  it("a ticket opens once, in its app; used, made up, or another app's it is refused with 401", async () => {
    const issue = async (): Promise<string> => {
      const answer = await request(`${url}/titles/tickets`, { method: "POST", headers: bearer(await token("ann")) });
      expect(answer.status).toBe(201);
      return answer.body["ticket"] as string;
    };
    const ticket = await issue();
    expect(await upgrade(`${url}/llm?ticket=${ticket}`)).toMatchObject({ status: 401 });
    expect(await upgrade(`${url}/titles?ticket=${ticket}`)).toEqual({ status: 101 });
    expect(await upgrade(`${url}/titles?ticket=${ticket}`)).toMatchObject({ status: 401 });
    expect(await upgrade(`${url}/titles?ticket=${randomUUID()}`)).toMatchObject({ status: 401 });
    expect(await upgrade(`${url}/titles?ticket=`)).toMatchObject({ status: 401 });
    expect((await request(`${url}/titles/tickets`, { method: "POST" })).status).toBe(401);
    expect((await request(`${url}/titles/streams?ticket=${await issue()}`)).status).toBe(401);
  });

  it("no token and no ticket is in the log, whatever becomes of them", async () => {
    const value = await token("ann");
    const { body } = await request(`${url}/titles/tickets`, { method: "POST", headers: bearer(value) });
    const expired = await signed(claims("ann", { exp: now - 60 }));
    const forged = await signed(claims("ann"), new TextEncoder().encode("x".repeat(40)));
    const secrets = [value, body["ticket"] as string, expired, forged];
    for (const secret of [value, expired, forged]) await upgrade(`${url}/titles`, ["sluice.v1", `bearer.${secret}`]);
    for (const secret of [expired, forged]) await request(`${url}/titles/streams`, { headers: bearer(secret) });
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
    expect(await upgrade(url, [], bearer(await keys.sign(claims("ann"))))).toEqual({ status: 101 });
    const confused = await signed(claims("ann"), new TextEncoder().encode(keys.publicText));
    for (const value of [confused, await token("ann"), unsigned("ann")]) {
      expect(await upgrade(url, [], bearer(value))).toMatchObject({ status: 401 });
    }
  });
});

describe("a live connection's token (PROTOCOL.md section 5.5)", () => {
  it("is told 60 s before its end, not sooner, may be renewed, and closes 5 s after it; its run goes on", async () => {
    const clock = new FakeClock(Date.now());
    const seconds = Math.floor(clock.now() / 1000);
    await using house = await startHouse({
      clock,
      tokensPerSecond: 20,
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
    await clock.advance((seconds + 60) * 1000 - clock.now() - 1);
    client.send({ action: "ping" });
    await frame("pong", 2);
    expect(client.frames.filter(({ type }) => type === "expiring")).toEqual([]);
    await clock.advance(1);
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
    client.send({ action: "stream", ...QUESTION });
    await frame("stream_chunk");
    await clock.advance(2000);
    expect(await client.closed).toMatchObject({ code: 4501 });
    expect(house.server.engine.runs.running).toBe(1);
  });
});

describe("a ticket", () => {
  it("is refused when its 30 s are over", async () => {
    const clock = new FakeClock(Date.now());
    await using house = await startHouse({ clock });
    const url = `${house.server.url}/titles`;
    const { body } = await request(`${url}/tickets`, { method: "POST", headers: bearer(await token("ann")) });
    await clock.advance(30_000);
    expect(await upgrade(`${url}?ticket=${body["ticket"] as string}`)).toMatchObject({ status: 401 });
  });
});
