import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";

/** How tokens are proved: by the keys at an address, or by a shared secret of 32 bytes or more. */
export type JwtSettings = ({ readonly jwksUrl: string } | { readonly secret: ISecret }) & {
  /** The `iss` that a token must have; any by default. */
  readonly issuer?: string;
  /** The `aud` that a token must have; any by default. */
  readonly audience?: string;
};

/** The variables that the functions read. */
export function jwtEnvironment(jwt: JwtSettings): Record<string, string> {
  return {
    // Reaches the function's configuration at deployment; the template holds a reference only.
    ...("secret" in jwt
      ? { SLUICE_JWT_SECRET: jwt.secret.secretValue.unsafeUnwrap() }
      : { SLUICE_JWKS_URL: jwt.jwksUrl }),
    ...(jwt.issuer !== undefined && { SLUICE_JWT_ISSUER: jwt.issuer }),
    ...(jwt.audience !== undefined && { SLUICE_JWT_AUDIENCE: jwt.audience }),
  };
}
