import { type Read, SettingError } from "./setting.ts";

/** How tokens are proved: by a shared secret, or by the keys at an address. */
export type JwtSetting = ({ readonly secret: string } | { readonly jwksUrl: string }) & {
  readonly issuer?: string;
  readonly audience?: string;
};

/** HS256 asks for a key as long as its hash (RFC 7518 section 3.2). */
const SHORTEST_SECRET_BYTES = 32;

/** Undefined where neither a secret nor keys are set. */
export function jwtOf(read: Read): JwtSetting | undefined {
  const proof = proofOf(read("SLUICE_JWT_SECRET"), read("SLUICE_JWKS_URL"));
  const issuer = read("SLUICE_JWT_ISSUER");
  const audience = read("SLUICE_JWT_AUDIENCE");
  if (proof !== undefined) {
    return { ...proof, ...(issuer !== undefined && { issuer }), ...(audience !== undefined && { audience }) };
  }
  // Whoever sets one of these wants tokens: a server that lets everybody in would be a bad surprise.
  const lonely = issuer !== undefined ? "SLUICE_JWT_ISSUER" : "SLUICE_JWT_AUDIENCE";
  if (issuer === undefined && audience === undefined) return undefined;
  throw new SettingError(`${lonely} is set without SLUICE_JWT_SECRET or SLUICE_JWKS_URL; set one of these, too.`);
}

function proofOf(
  secret: string | undefined,
  jwksUrl: string | undefined,
): { readonly secret: string } | { readonly jwksUrl: string } | undefined {
  if (secret !== undefined && jwksUrl !== undefined) {
    throw new SettingError("SLUICE_JWT_SECRET and SLUICE_JWKS_URL are both set; keep one of them.");
  }
  if (secret !== undefined) {
    if (Buffer.byteLength(secret) >= SHORTEST_SECRET_BYTES) return { secret };
    throw new SettingError(`SLUICE_JWT_SECRET must have ${SHORTEST_SECRET_BYTES} bytes or more.`);
  }
  if (jwksUrl === undefined || isSafe(jwksUrl)) return jwksUrl === undefined ? undefined : { jwksUrl };
  throw new SettingError("SLUICE_JWKS_URL must be an https address; http will do on loopback only.");
}

/** Whoever can change the keys on their way can make tokens. */
function isSafe(text: string): boolean {
  const url = URL.parse(text);
  if (url?.protocol === "https:") return true;
  return url?.protocol === "http:" && /^(localhost|\[::1\]|127(\.\d+){3})$/.test(url.hostname);
}
