import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QUESTION, WITH_TOKENS, bearer, upgrade } from "../support/house.ts";
import type { Deployment } from "../support/deployment.ts";
import { posted, request } from "../support/http-client.ts";
import { SocketClient } from "../support/socket-client.ts";
import { SYSTEMS } from "../support/systems.ts";
import { claims, signed, startKeyServer, token, unsigned } from "../support/tokens.ts";
import { type Command, itUnless } from "../support/whole-app.ts";

/** Who gets in, and who does not. */
export function describeAuthentication({ line, start, cannot }: Command): void {
  describe(`authentication, as \`${line}\` does it`, () => {
    describe("tokens at the door (DESIGN section 4)", () => {
      let app: Deployment;
      let url: string;
      beforeAll(async () => {
        app = await start(WITH_TOKENS);
        url = app.url;
      });
      afterAll(() => app[Symbol.asyncDispose]());

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
        for (const { app: name } of SYSTEMS) {
          expect(await upgrade(`${url}/${name}`)).toMatchObject({ status: 401 });
          expect(await upgrade(`${url}/${name}?token=${await token("ann")}&session=s`)).toMatchObject({ status: 401 });
          expect((await request(`${url}/${name}/streams`)).status).toBe(401);
        }
        for (const path of ["/healthz", "/readyz", "/config.json"])
          expect((await request(url + path)).status).toBe(200);
      });

      itUnless(cannot.challenge)("a refused upgrade says that a token is wanted", async () => {
        expect(await upgrade(`${url}/titles`)).toEqual({ status: 401, challenge: "Bearer" });
      });

      itUnless(cannot["tell metrics"])("metrics are for those who have a token", async () => {
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
          const answer = await request(`${url}/titles/tickets`, {
            method: "POST",
            headers: bearer(await token("ann")),
          });
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
        await using app = await start({ ...WITH_TOKENS, LOG_LEVEL: "trace" });
        const { url } = app;
        const value = await token("ann");
        const { body } = await request(`${url}/titles/tickets`, { method: "POST", headers: bearer(value) });
        const expired = await signed(claims("ann", { exp: now - 60 }));
        const forged = await signed(claims("ann"), new TextEncoder().encode("x".repeat(40)));
        const secrets = [value, body["ticket"] as string, expired, forged];
        for (const secret of [value, expired, forged])
          await upgrade(`${url}/titles`, ["sluice.v1", `bearer.${secret}`]);
        for (const secret of [expired, forged]) await request(`${url}/titles/streams`, { headers: bearer(secret) });
        await upgrade(`${url}/titles?ticket=${body["ticket"] as string}`);
        await upgrade(`${url}/titles?ticket=${body["ticket"] as string}`);
        await upgrade(`${url}/titles?token=${value}`);
        await request(`${url}/titles/nothing?token=${value}`, posted({}, bearer(value)));
        await using client = await SocketClient.open(`${url.replace(/^http/, "ws")}/titles`, {
          headers: bearer(value),
        });
        client.send({ action: "authenticate", token: value });
        client.send({ action: "authenticate", token: "not.a.token" });
        client.send({ action: "stream", ...QUESTION, token: value });
        await client.log.whole();
        await app.terminate();
        expect(app.output).toContain("run ended");
        for (const secret of [...secrets, "not.a.token"]) expect(app.output).not.toContain(secret);
      });
    });

    describe("keys at an address", () => {
      it("RS256 is good; the public key as a shared secret, HS256 and `none` are refused", async () => {
        await using keys = await startKeyServer();
        const { SLUICE_JWT_SECRET: _, ...others } = WITH_TOKENS;
        await using app = await start({ ...others, SLUICE_JWKS_URL: keys.url });
        const url = `${app.url}/titles`;
        expect(await upgrade(url, [], bearer(await keys.sign(claims("ann"))))).toEqual({ status: 101 });
        const confused = await signed(claims("ann"), new TextEncoder().encode(keys.publicText));
        for (const value of [confused, await token("ann"), unsigned("ann")]) {
          expect(await upgrade(url, [], bearer(value))).toMatchObject({ status: 401 });
        }
      });
    });

    describe("a live connection's token (PROTOCOL.md section 5.5)", () => {
      it("is replaced by a fresh one of the same principal; whatever else is shown is refused, and the connection goes on", async () => {
        await using app = await start(WITH_TOKENS);
        const headers = bearer(await token("ann"));
        await using client = await SocketClient.open(`${app.wsUrl}/titles`, { headers });
        const refused: [unknown, string][] = [
          ["rubbish", "unauthorized"],
          [await token("bob"), "forbidden"],
          [7, "bad_request"],
        ];
        for (const [shown, code] of refused) {
          client.send({ action: "authenticate", token: shown });
          expect(await client.log.first((frame) => frame["code"] === code)).toMatchObject({ type: "error" });
        }
        const exp = Math.floor(Date.now() / 1000) + 900;
        client.send({ action: "authenticate", token: await signed(claims("ann", { exp })) });
        const expiresAt = new Date(exp * 1000).toISOString();
        const told = await client.log.first(({ type }) => type === "authenticated");
        expect(told).toEqual({ type: "authenticated", expiresAt });
        client.send({ action: "stream", ...QUESTION });
        expect((await client.log.whole()).at(-1)).toMatchObject({ type: "stream_complete" });
      });
    });
  });
}
