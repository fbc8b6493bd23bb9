import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import type { Principal } from "../principal.ts";
import { jwt } from "./jwt.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serveKeys(status: number, keys: unknown[]): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify({ keys })));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const ask = async (jwksUrl: string, token: string): Promise<Principal | undefined> =>
  jwt({ jwksUrl })({ token, header: () => undefined, query: new URLSearchParams() });

test("a key of the set verifies; its public half as an HS secret, or a key not in the set, does not", async () => {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const url = await serveKeys(200, [{ ...(await exportJWK(publicKey)), kid: "one", alg: "RS256" }]);
  const sign = (kid: string): Promise<string> =>
    new SignJWT({ sub: "ada" }).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
  expect(await ask(url, await sign("one"))).toMatchObject({ id: "ada" });
  expect(await ask(url, await sign("two"))).toBeUndefined();
  const confused = new SignJWT({ sub: "ada" }).setProtectedHeader({ alg: "HS256", kid: "one" });
  expect(await ask(url, await confused.sign(new TextEncoder().encode(await exportSPKI(publicKey))))).toBeUndefined();
});

test("a key set that cannot be had is upstream_error, not a refusal", async () => {
  const { privateKey } = await generateKeyPair("RS256");
  const token = await new SignJWT({ sub: "ada" }).setProtectedHeader({ alg: "RS256" }).sign(privateKey);
  await expect(ask(await serveKeys(500, []), token)).rejects.toMatchObject({ code: "upstream_error" });
});
