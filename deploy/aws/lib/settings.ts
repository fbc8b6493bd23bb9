/** What may be said about a deployment, by `-c name=value` or in the context of `cdk.json`. */
export interface Settings {
  readonly jwt: JwtSetting | undefined;
  readonly allowAnonymous: boolean;
  /** A model of Bedrock. */
  readonly modelId: string;
  readonly llmModels: readonly string[];
  readonly knowledgeBaseId: string | undefined;
  readonly modelArn: string | undefined;
  readonly origins: readonly string[];
  readonly coalesceMs: string | undefined;
  /** Of each system. */
  readonly runsAtOnce: number | undefined;
  readonly wsDomain: DomainSetting | undefined;
  readonly pagesDomain: DomainSetting | undefined;
  readonly alarmEmail: string | undefined;
  readonly retain: boolean;
}

export type JwtSetting = ({ readonly jwksUrl: string } | { readonly secretArn: string }) & {
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
};

export interface DomainSetting {
  readonly name: string;
  readonly certificateArn: string;
}

/** As in `apps/environment.ts`. */
export const DEFAULT_MODEL_ID = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** Gives a setting; an empty one counts as unset. */
type Read = (name: string) => string | undefined;

/** Reads the settings out of a CDK context. Throws where two of them do not fit together. */
export function readSettings(context: (name: string) => unknown): Settings {
  const read: Read = (name) => String(context(name) ?? "").trim() || undefined;
  const jwt = jwtOf(read);
  const allowAnonymous = switchOf(read, "allowAnonymous", false);
  if (jwt === undefined && !allowAnonymous) {
    throw new Error("Set jwksUrl or jwtSecretArn; or allowAnonymous=yes, if everybody may use your models.");
  }
  return {
    jwt,
    allowAnonymous,
    modelId: read("modelId") ?? DEFAULT_MODEL_ID,
    llmModels: listOf(read("llmModels")),
    knowledgeBaseId: read("knowledgeBaseId"),
    modelArn: read("modelArn"),
    origins: listOf(read("origins")),
    coalesceMs: read("coalesceMs"),
    runsAtOnce: countOf(read, "runsAtOnce"),
    wsDomain: domainOf(read, "wsDomain", "wsCertificateArn"),
    pagesDomain: domainOf(read, "pagesDomain", "pagesCertificateArn"),
    alarmEmail: read("alarmEmail"),
    retain: switchOf(read, "retain", true),
  };
}

function jwtOf(read: Read): JwtSetting | undefined {
  const jwksUrl = read("jwksUrl");
  const secretArn = read("jwtSecretArn");
  const more = { issuer: read("jwtIssuer"), audience: read("jwtAudience") };
  if (jwksUrl !== undefined && secretArn !== undefined) throw new Error("Set jwksUrl or jwtSecretArn, not both.");
  if (jwksUrl !== undefined) return { jwksUrl, ...more };
  return secretArn === undefined ? undefined : { secretArn, ...more };
}

function domainOf(read: Read, nameSetting: string, certificateSetting: string): DomainSetting | undefined {
  const name = read(nameSetting);
  const certificateArn = read(certificateSetting);
  if (name === undefined && certificateArn === undefined) return undefined;
  if (name !== undefined && certificateArn !== undefined) return { name, certificateArn };
  throw new Error(`${nameSetting} and ${certificateSetting} go together: set both or neither.`);
}

function switchOf(read: Read, name: string, unset: boolean): boolean {
  const value = read(name);
  if (value === undefined) return unset;
  if (value === "yes" || value === "true") return true;
  if (value === "no" || value === "false") return false;
  throw new Error(`${name} must be yes or no, not "${value}".`);
}

function countOf(read: Read, name: string): number | undefined {
  const value = read(name);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,4}$/.test(value)) return Number(value);
  throw new Error(`${name} must be a whole number from 1 to 99999, not "${value}".`);
}

function listOf(value = ""): string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
