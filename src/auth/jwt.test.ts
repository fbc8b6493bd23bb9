import { generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { expect, test } from "vitest";
import type { Principal } from "../principal.ts";
import { jwt } from "./jwt.ts";

const SECRET = "a secret of more than thirty-two bytes, for the tests";
const NOW_S = Math.floor(Date.now() / 1000);

const ask = async (
  token: string | undefined,
  more: { issuer?: string; audience?: string } = {},
): Promise<Principal | undefined> =>
  jwt({ secret: SECRET, ...more })({
    ...(token === undefined ? {} : { token }),
    header: () => undefined,
    query: new URLSearchParams(),
  });

const sign = (claims: Record<string, unknown>, algorithm = "HS256", secret = SECRET): Promise<string> =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm })
    .sign(new TextEncoder().encode(secret.padEnd(64, ".")).subarray(0, secret.length));

test.each(["HS256", "HS384", "HS512"])("a good %s token names its principal, end and claims", async (algorithm) => {
  const token = await sign({ sub: "ada", exp: NOW_S + 600, role: "editor" }, algorithm);
  expect(await ask(token)).toMatchObject({ id: "ada", expiresAt: (NOW_S + 600) * 1000, claims: { role: "editor" } });
});

test("a token's claim `tenant` is its principal's; any other value than a text is none", async () => {
  expect(await ask(await sign({ sub: "ada", tenant: "acme" }))).toMatchObject({ id: "ada", tenant: "acme" });
  for (const tenant of ["", 7, ["acme"]]) {
    expect(await ask(await sign({ sub: "ada", tenant }))).not.toHaveProperty("tenant");
  }
});

test("no token, a foreign secret, no sub and an empty sub are no principal", async () => {
  expect(await ask(undefined)).toBeUndefined();
  expect(await ask(await sign({ sub: "ada" }, "HS256", `${SECRET}!`))).toBeUndefined();
  expect(await ask(await sign({}))).toBeUndefined();
  expect(await ask(await sign({ sub: "" }))).toBeUndefined();
  expect(await ask("no token at all")).toBeUndefined();
});

test("`none` and an asymmetric algorithm are refused where a secret is set", async () => {
  expect(await ask(new UnsecuredJWT({ sub: "ada" }).encode())).toBeUndefined();
  const { privateKey } = await generateKeyPair("RS256");
  expect(
    await ask(await new SignJWT({ sub: "ada" }).setProtectedHeader({ alg: "RS256" }).sign(privateKey)),
  ).toBeUndefined();
});

test("a token is refused after its end, before its start, and for another issuer or audience", async () => {
  expect(await ask(await sign({ sub: "ada", exp: NOW_S - 60 }))).toBeUndefined();
  expect(await ask(await sign({ sub: "ada", nbf: NOW_S + 60 }))).toBeUndefined();
  expect(await ask(await sign({ sub: "ada", iss: "b" }), { issuer: "a" })).toBeUndefined();
  expect(await ask(await sign({ sub: "ada", aud: "b" }), { audience: "a" })).toBeUndefined();
  expect(await ask(await sign({ sub: "ada", iss: "a", aud: ["a"] }), { issuer: "a", audience: "a" })).toBeDefined();
});
