import { SignJWT, UnsecuredJWT, exportJWK, exportSPKI, generateKeyPair } from "jose";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

export const SECRET = "a secret for the tests, long enough for HS256";
export const ISSUER = "https://issuer.example";
export const AUDIENCE = "sluice";

const KEY = new TextEncoder().encode(SECRET);
const HOUR = 3600;

export interface Claims {
  readonly sub?: string;
  readonly iss?: string;
  readonly aud?: string;
  /** Epoch seconds. */
  readonly exp?: number;
  readonly nbf?: number;
}

/** The claims of a good token for this user, with some of them changed; undefined leaves one out. */
export function claims(user: string, changed: Partial<Record<keyof Claims, unknown>> = {}): Record<string, unknown> {
  const good = { sub: user, iss: ISSUER, aud: AUDIENCE, exp: Math.floor(Date.now() / 1000) + HOUR };
  return Object.fromEntries(Object.entries({ ...good, ...changed }).filter(([, value]) => value !== undefined));
}

export function signed(payload: Record<string, unknown>, key: Uint8Array = KEY): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).sign(key);
}

export function token(user: string): Promise<string> {
  return signed(claims(user));
}

/** `alg: none`. */
export function unsigned(user: string): string {
  return new UnsecuredJWT(claims(user)).encode();
}

/** Keys at an address, as an identity provider has them. */
export interface KeyServer extends AsyncDisposable {
  readonly url: string;
  sign(payload: Record<string, unknown>): Promise<string>;
  /** The public key as text: whoever takes it for a shared secret is fooled. */
  readonly publicText: string;
}

export async function startKeyServer(): Promise<KeyServer> {
  const { publicKey, privateKey } = await generateKeyPair("RS256", { extractable: true });
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: "k1", alg: "RS256", use: "sig" }] };
  const server = createServer((_request, response) => response.end(JSON.stringify(keys)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    sign: (payload) => new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: "k1" }).sign(privateKey),
    publicText: await exportSPKI(publicKey),
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}
