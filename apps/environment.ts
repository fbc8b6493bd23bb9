import type { Allowances } from "sluice";
import type { Limits } from "sluice";
import type { Pace } from "sluice/emulator/bedrock";
import { allowancesOf } from "./environment/allowances.ts";
import { type FunctionSettings, functionSettingsOf } from "./environment/functions.ts";
import { type JwtSetting, jwtOf } from "./environment/jwt.ts";
import { isHttpUrl, type Read, SettingError, split } from "./environment/setting.ts";

export { SettingError } from "./environment/setting.ts";
export type { JwtSetting } from "./environment/jwt.ts";

/** Used where AWS credentials are configured and SLUICE_MODEL does not say which model. */
export const DEFAULT_BEDROCK_MODEL = "global.anthropic.claude-sonnet-4-5-20250929-v1:0";

/** Where OpenAI itself is. */
export const DEFAULT_OPENAI_URL = "https://api.openai.com/v1";

/** Where everything is kept. */
export type StoreSetting =
  | { readonly kind: "sqlite"; readonly path: string }
  | { readonly kind: "memory" }
  /** `replicas`: how many have to hold a takeover. */
  | { readonly kind: "redis"; readonly url: string; readonly cluster?: true; readonly replicas?: number }
  | { readonly kind: "dynamodb"; readonly table: string };

/** Who answers: a model of Bedrock, one behind OpenAI's interface, or the stand-ins that need no model. */
export type ModelSetting =
  | { readonly kind: "bedrock"; readonly modelId: string; readonly region?: string }
  | { readonly kind: "openai"; readonly modelId: string; readonly baseUrl: string; readonly apiKey?: string }
  /** `endpoint`: where a Bedrock emulator with the stand-ins is running; absent: one is started. */
  | { readonly kind: "offline"; readonly pace: Pace; readonly endpoint?: string };

/** A Knowledge Base of Amazon Bedrock, and the ARN of the model that writes the answers out of its passages. */
export interface KnowledgeBaseSetting {
  readonly id: string;
  readonly region?: string;
  /** Only where Bedrock answers: neither a stand-in nor a server of another kind knows an ARN. */
  readonly modelArn?: string;
}

/** What the environment asks for. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly store: StoreSetting;
  readonly model: ModelSetting;
  readonly origins: readonly string[];
  readonly allowAnonymous: boolean;
  readonly logLevel: string;
  /** Numbers of the server that are not to be the defaults. */
  readonly limits: Partial<Limits>;
  /** How tokens are proved; without it everybody is anonymous. */
  readonly jwt: JwtSetting | undefined;
  /** What principals, tenants and addresses may use, where the defaults are not what is wanted. */
  readonly allowances: Allowances | undefined;
  readonly knowledgeBase: KnowledgeBaseSetting | undefined;
  /** Models that a client of the llm system may choose from, besides the one of SLUICE_MODEL. */
  readonly llmModels: readonly string[];
  /** A folder of documents for the realestate system, in place of its samples. */
  readonly documents: string | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

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

/** What the environment asks for of Lambda functions. */
export function readFunctionEnvironment(environment: Environment): FunctionSettings {
  return functionSettingsOf(reader(environment));
}

/** Reads the variables that README.md in this folder lists; an empty one counts as unset. Throws `SettingError`. */
export function readEnvironment(environment: Environment): Settings {
  const read = reader(environment);
  const model = modelOf(read);
  return {
    port: portOf(read("PORT")),
    host: read("HOST") ?? "127.0.0.1",
    store: storeOf(read("SLUICE_STORE") ?? "sqlite:./data/sluice.db"),
    model,
    origins: originsOf(read("SLUICE_ORIGINS")),
    allowAnonymous: switchOf("SLUICE_ALLOW_ANONYMOUS", read("SLUICE_ALLOW_ANONYMOUS")),
    logLevel: logLevelOf(read("LOG_LEVEL")),
    limits: {
      ...numberOf("graceMs", "SLUICE_GRACE_MS", read, 3_600_000),
      ...numberOf("maxConnectionsPerAddress", "SLUICE_MAX_CONNECTIONS_PER_ADDRESS", read, 1_000_000),
    },
    jwt: jwtOf(read),
    allowances: allowancesOf(read("SLUICE_ALLOWANCES")),
    knowledgeBase: knowledgeBaseOf(read, model),
    llmModels: listOf(read("SLUICE_LLM_MODELS")),
    documents: read("SLUICE_DOCUMENTS"),
  };
}

function reader(environment: Environment): Read {
  return (name) => environment[name]?.trim() || undefined;
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
  if (kind === "dynamodb" && rest !== "") return { kind, table: rest };
  if (["redis", "rediss"].includes(kind)) return redisOf(value);
  throw new SettingError(
    "SLUICE_STORE is not a store that is known; use sqlite:<file>, redis://<host>:<port>, memory: or, for functions, " +
      "dynamodb:<table>.",
  );
}

/** `redis://host?cluster=1&replicas=1`; what is not ours stays in the address. */
function redisOf(value: string): StoreSetting {
  const url = URL.parse(value);
  const [cluster, replicas] = [url?.searchParams.get("cluster") ?? "0", url?.searchParams.get("replicas") ?? "0"];
  if (!url?.hostname || !/^[01]$/.test(cluster) || !/^\d$/.test(replicas)) {
    throw new SettingError("SLUICE_STORE must be like redis://<host>:<port>, with ?cluster=1 or ?replicas=<number>.");
  }
  url.searchParams.delete("cluster");
  url.searchParams.delete("replicas");
  return {
    kind: "redis",
    url: url.href,
    ...(cluster === "1" && { cluster: true }),
    ...(replicas !== "0" && { replicas: Number(replicas) }),
  };
}

function modelOf(read: Read): ModelSetting {
  const configured = AWS_CREDENTIALS.some((name) => read(name) !== undefined);
  const [kind, rest] = split(read("SLUICE_MODEL") ?? (configured ? `bedrock:${DEFAULT_BEDROCK_MODEL}` : "offline"));
  // Checked for every model, so that a slip shows before the day it matters.
  const pace = paceOf(read("SLUICE_OFFLINE_PACE"));
  if (kind === "offline" && rest === "") {
    const endpoint = read("AWS_ENDPOINT_URL_BEDROCK_RUNTIME");
    return { kind, pace, ...(endpoint !== undefined && { endpoint }) };
  }
  if (kind === "bedrock" && rest !== "") {
    const region = regionOf(read);
    return { kind, modelId: rest, ...(region !== undefined && { region }) };
  }
  if (kind === "openai" && rest !== "") {
    const apiKey = read("OPENAI_API_KEY");
    return { kind, modelId: rest, baseUrl: baseUrlOf(read), ...(apiKey !== undefined && { apiKey }) };
  }
  throw new SettingError(
    "SLUICE_MODEL is not a model that is known; use bedrock:<model id>, openai:<model> or offline.",
  );
}

/** Local servers speak plain HTTP, some of them on another machine of the same network. */
function baseUrlOf(read: Read): string {
  const text = read("OPENAI_BASE_URL") ?? DEFAULT_OPENAI_URL;
  if (isHttpUrl(text)) return text.replace(/\/+$/, "");
  // It may hold a password.
  throw new SettingError("OPENAI_BASE_URL must be an http or https address like http://127.0.0.1:11434/v1.");
}

function knowledgeBaseOf(read: Read, model: ModelSetting): KnowledgeBaseSetting | undefined {
  const id = read("KNOWLEDGE_BASE_ID");
  if (id === undefined) return undefined;
  const region = regionOf(read);
  const modelArn = model.kind === "bedrock" ? read("MODEL_ARN") : undefined;
  return { id, ...(region !== undefined && { region }), ...(modelArn !== undefined && { modelArn }) };
}

/** The SDK itself reads AWS_REGION and the profile, not the name that other AWS tools use. */
function regionOf(read: Read): string | undefined {
  return read("AWS_REGION") ?? read("AWS_DEFAULT_REGION");
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
  return listOf(value).map((origin) => originOf(origin.replace(/\/$/, "")));
}

function listOf(value = ""): string[] {
  return value
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
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

function numberOf(limit: keyof Limits, name: string, read: Read, most: number): Partial<Limits> {
  const value = read(name);
  if (value === undefined) return {};
  if (/^\d{1,7}$/.test(value) && Number(value) <= most) return { [limit]: Number(value) };
  throw new SettingError(`${name} must be a whole number from 0 to ${most}, not "${value}".`);
}

function logLevelOf(value = "info"): string {
  if (LOG_LEVELS.includes(value)) return value;
  throw new SettingError(`LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}, not "${value}".`);
}
