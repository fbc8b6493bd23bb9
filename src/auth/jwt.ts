import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from "jose";
import { systemClock, type Clock } from "../clock.ts";
import { type Authorize, type Principal, SKEW_MS } from "../principal.ts";
import { SluiceError } from "../protocol/errors.ts";

const SECRET_ALGORITHMS = ["HS256", "HS384", "HS512"];
const KEY_SET_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/** What a token must show. */
export interface JwtOptions {
  /** The claim `iss` must be this. */
  readonly issuer?: string;
  /** The claim `aud` must be this, or hold it. */
  readonly audience?: string;
  readonly clock?: Clock;
}

/** Where the key comes from: a shared secret (HS algorithms only) or a JWK set (asymmetric algorithms only). */
export type JwtKey = { readonly secret: string } | { readonly jwksUrl: string };

/**
 * An authorizer by JSON Web Token (RFC 7519); the principal is the claim `sub`, its tenant the claim
 * `tenant`. A bad token is no principal; a key set that cannot be had throws `upstream_error`.
 */
export function jwt(options: JwtKey & JwtOptions): Authorize {
  const verify = verifier(options);
  const clock = options.clock ?? systemClock;
  return async ({ token }) => {
    if (token === undefined) return undefined;
    try {
      return principalOf(await verify(token, checks(options, clock)));
    } catch (thrown) {
      if (blamesToken(thrown)) return undefined;
      throw new SluiceError("upstream_error", "The keys that verify tokens cannot be had now.", { cause: thrown });
    }
  };
}

type Verify = (token: string, checks: JWTVerifyOptions) => Promise<JWTPayload>;

function verifier(key: JwtKey): Verify {
  if ("secret" in key) {
    if (key.secret === "") throw new TypeError("The secret of a JWT authorizer is empty.");
    const secret = new TextEncoder().encode(key.secret);
    return async (token, checks) =>
      (await jwtVerify(token, secret, { ...checks, algorithms: SECRET_ALGORITHMS })).payload;
  }
  const keys = createRemoteJWKSet(new URL(key.jwksUrl));
  return async (token, checks) => (await jwtVerify(token, keys, { ...checks, algorithms: KEY_SET_ALGORITHMS })).payload;
}

function checks({ issuer, audience }: JwtOptions, clock: Clock): JWTVerifyOptions {
  return {
    clockTolerance: SKEW_MS / 1000,
    currentDate: new Date(clock.now()),
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };
}

function principalOf(claims: JWTPayload): Principal | undefined {
  if (typeof claims.sub !== "string" || claims.sub === "") return undefined;
  const { sub: id, exp, tenant } = claims;
  return {
    id,
    claims,
    ...(typeof tenant === "string" && tenant !== "" && { tenant }),
    ...(exp !== undefined && { expiresAt: exp * 1000 }),
  };
}

function blamesToken(thrown: unknown): boolean {
  return TOKEN_FAULTS.some((Fault) => thrown instanceof Fault);
}

const TOKEN_FAULTS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];
