/**
 * Prints a token with which Prometheus may read `/metrics`: `SLUICE_JWT_SECRET=… node deploy/docker/metrics-token.ts`.
 * It does not end; a new secret makes it worthless. Issuer and audience are those that the server asks for.
 */
import { SignJWT } from "jose";

const { SLUICE_JWT_SECRET: secret, SLUICE_JWT_ISSUER: issuer, SLUICE_JWT_AUDIENCE: audience } = process.env;
if (!secret) {
  process.stderr.write("SLUICE_JWT_SECRET is not set; the token is signed with it.\n");
  process.exit(1);
}
const token = new SignJWT().setProtectedHeader({ alg: "HS256" }).setSubject("prometheus");
if (issuer) token.setIssuer(issuer);
if (audience) token.setAudience(audience);
process.stdout.write(await token.sign(new TextEncoder().encode(secret.trim())));
