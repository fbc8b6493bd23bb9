import type { Pace } from "sluice/emulator/bedrock";

/** Used where AWS credentials are configured and SLUICE_MODEL does not say which model. */
export const DEFAULT_BEDROCK_MODEL = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** Where everything is kept. */
export type StoreSetting = { readonly kind: "sqlite"; readonly path: string } | { readonly kind: "memory" };

/** Who answers: a model of Bedrock, or the stand-ins that need no model. */
export type ModelSetting =
  | { readonly kind: "bedrock"; readonly modelId: string; readonly region?: string }
  | { readonly kind: "offline"; readonly pace: Pace };

/** What the environment asks for. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly store: StoreSetting;
  readonly model: ModelSetting;
  readonly origins: readonly string[];
  readonly allowAnonymous: boolean;
  readonly logLevel: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A value that cannot be used; its message is one sentence that says what to do. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}

/** Any of them means that AWS credentials are configured (AWS SDKs and Tools reference, "credential providers"). */
const AWS_CREDENTIALS = [
  "AWS_ACCESS_KEY_ID",
  "AWS_PROFILE",
  "AWS_BEARER_TOKEN_BEDROCK",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
];

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];

/** Reads the variables that README.md in this folder lists; an empty one counts as unset. Throws `SettingError`. */
export function readEnvironment(environment: Environment): Settings {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  return {
    port: portOf(read("PORT")),
    host: read("HOST") ?? "127.0.0.1",
    store: storeOf(read("SLUICE_STORE") ?? "sqlite:./data/sluice.db"),
    model: modelOf(read),
    origins: originsOf(read("SLUICE_ORIGINS")),
    allowAnonymous: switchOf("SLUICE_ALLOW_ANONYMOUS", read("SLUICE_ALLOW_ANONYMOUS")),
    logLevel: logLevelOf(read("LOG_LEVEL")),
  };
}

function portOf(value = "8787"): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new SettingError(`PORT must be a whole number from 0 to 65535, not "${value}".`);
}

/** Addresses of other stores may hold a password: only their kind is named. */
function storeOf(value: string): StoreSetting {
  const [kind, rest] = split(value);
  if (kind === "memory" && rest === "") return { kind };
  if (kind === "sqlite" && rest !== "" && rest !== ":memory:") return { kind, path: rest };
  const wanted = "use sqlite:<file> or memory:";
  if (["redis", "rediss", "dynamodb"].includes(kind)) {
    throw new SettingError(`SLUICE_STORE=${kind}: is not yet supported by this build; ${wanted}.`);
  }
  throw new SettingError(`SLUICE_STORE is not a store that is known; ${wanted}.`);
}

function modelOf(read: (name: string) => string | undefined): ModelSetting {
  const configured = AWS_CREDENTIALS.some((name) => read(name) !== undefined);
  const [kind, rest] = split(read("SLUICE_MODEL") ?? (configured ? `bedrock:${DEFAULT_BEDROCK_MODEL}` : "offline"));
  // Checked for every model, so that a slip shows before the day it matters.
  const pace = paceOf(read("SLUICE_OFFLINE_PACE"));
  if (kind === "offline" && rest === "") return { kind, pace };
  if (kind === "bedrock" && rest !== "") {
    // The SDK itself reads AWS_REGION and the profile, not the name that other AWS tools use.
    const region = read("AWS_REGION") ?? read("AWS_DEFAULT_REGION");
    return { kind, modelId: rest, ...(region !== undefined && { region }) };
  }
  const wanted = "use bedrock:<model id> or offline";
  if (kind === "openai") throw new SettingError(`SLUICE_MODEL=openai: is not yet supported by this build; ${wanted}.`);
  throw new SettingError(`SLUICE_MODEL is not a model that is known; ${wanted}.`);
}

/** `60,300`: tokens per second, then milliseconds until the first one (300 where left out); `max` waits for nothing. */
function paceOf(value = "60,300"): Pace {
  if (value === "max") return { tokensPerSecond: Infinity, firstTokenMs: 0 };
  const parts = /^(\d{1,6}(?:\.\d+)?)(?:\s*,\s*(\d{1,6}))?$/.exec(value);
  const tokensPerSecond = Number(parts?.[1] ?? 0);
  if (tokensPerSecond > 0) return { tokensPerSecond, firstTokenMs: Number(parts?.[2] ?? 300) };
  throw new SettingError(
    'SLUICE_OFFLINE_PACE must be tokens per second and milliseconds until the first one, like "60,300", or "max".',
  );
}

function originsOf(value = ""): string[] {
  const origins = value.split(",").map((origin) => origin.trim().replace(/\/$/, ""));
  return origins.filter((origin) => origin !== "").map(originOf);
}

function originOf(text: string): string {
  const url = URL.parse(text);
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.origin === text.toLowerCase();
  if (isOrigin) return url.origin;
  throw new SettingError(`SLUICE_ORIGINS holds "${text}", which is no origin like https://app.example.com.`);
}

function switchOf(name: string, value = "0"): boolean {
  if (value === "1" || value === "true") return true;
  if (value === "0" || value === "false") return false;
  throw new SettingError(`${name} must be 1 or 0, not "${value}".`);
}

function logLevelOf(value = "info"): string {
  if (LOG_LEVELS.includes(value)) return value;
  throw new SettingError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}, not "${value}".`);
}

/** The part before the first colon in lower case, and the rest. */
function split(value: string): [kind: string, rest: string] {
  const colon = value.indexOf(":");
  return colon < 0 ? [value.toLowerCase(), ""] : [value.slice(0, colon).toLowerCase(), value.slice(colon + 1)];
}
