import { describe, expect, test } from "vitest";
import {
  DEFAULT_BEDROCK_MODEL,
  DEFAULT_OPENAI_URL,
  type Environment,
  SettingError,
  readEnvironment,
} from "./environment.ts";

function problemWith(environment: Environment): string {
  try {
    readEnvironment(environment);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(SettingError);
    return (thrown as SettingError).message;
  }
  throw new Error("nothing was wrong");
}

describe("the environment (DESIGN section 4)", () => {
  test("an empty one serves loopback 8787, on SQLite, offline at a model's pace", () => {
    const settings = {
      port: 8787,
      host: "127.0.0.1",
      store: { kind: "sqlite", path: "./data/sluice.db" },
      model: { kind: "offline", pace: { tokensPerSecond: 60, firstTokenMs: 300 } },
      origins: [],
      allowAnonymous: false,
      logLevel: "info",
      limits: {},
      jwt: undefined,
      knowledgeBase: undefined,
      llmModels: [],
      documents: undefined,
    };
    expect(readEnvironment({})).toEqual(settings);
    const names = [
      "PORT",
      "HOST",
      "SLUICE_STORE",
      "SLUICE_MODEL",
      "SLUICE_ORIGINS",
      "SLUICE_OFFLINE_PACE",
      "AWS_PROFILE",
      "SLUICE_JWT_SECRET",
      "SLUICE_JWKS_URL",
      "SLUICE_JWT_ISSUER",
      "SLUICE_JWT_AUDIENCE",
      "KNOWLEDGE_BASE_ID",
      "MODEL_ARN",
      "SLUICE_LLM_MODELS",
      "SLUICE_DOCUMENTS",
    ];
    expect(readEnvironment(Object.fromEntries(names.map((name) => [name, " "])))).toEqual(settings);
  });

  test("takes what it is given", () => {
    const settings = readEnvironment({
      PORT: "0",
      HOST: "::1",
      SLUICE_STORE: "memory:",
      SLUICE_ORIGINS: "https://app.example.com, http://localhost:5173/ ,",
      SLUICE_ALLOW_ANONYMOUS: "1",
      LOG_LEVEL: "debug",
    });
    expect(settings).toMatchObject({
      port: 0,
      host: "::1",
      store: { kind: "memory" },
      origins: ["https://app.example.com", "http://localhost:5173"],
      allowAnonymous: true,
      logLevel: "debug",
    });
    expect(readEnvironment({ SLUICE_STORE: "rediss://user:secret@host:6380/2" }).store).toEqual({
      kind: "redis",
      url: "rediss://user:secret@host:6380/2",
    });
    expect(readEnvironment({ SLUICE_STORE: "redis://host:6379?cluster=1&replicas=2" }).store).toEqual({
      kind: "redis",
      url: "redis://host:6379",
      cluster: true,
      replicas: 2,
    });
    expect(readEnvironment({ SLUICE_GRACE_MS: "60000", SLUICE_MAX_CONNECTIONS_PER_ADDRESS: "5000" }).limits).toEqual({
      graceMs: 60_000,
      maxConnectionsPerAddress: 5000,
    });
    expect(readEnvironment({ SLUICE_STORE: "sqlite:/var/lib/a:b.db" }).store).toEqual({
      kind: "sqlite",
      path: "/var/lib/a:b.db",
    });
  });

  test.each([
    ["60", 60, 300],
    ["2.5", 2.5, 300],
    ["200,0", 200, 0],
    ["30, 1000", 30, 1000],
    ["max", Infinity, 0],
  ])("SLUICE_OFFLINE_PACE=%s", (value, tokensPerSecond, firstTokenMs) => {
    const model = readEnvironment({ SLUICE_OFFLINE_PACE: value }).model;
    expect(model).toEqual({ kind: "offline", pace: { tokensPerSecond, firstTokenMs } });
  });

  test.each([
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
  ])("with %s and no SLUICE_MODEL a Claude model of Bedrock answers", (name) => {
    expect(readEnvironment({ [name]: "x" }).model).toEqual({ kind: "bedrock", modelId: DEFAULT_BEDROCK_MODEL });
    expect(DEFAULT_BEDROCK_MODEL).toContain("claude");
  });

  test("SLUICE_MODEL wins over the credentials, and a model id may hold colons", () => {
    expect(readEnvironment({ AWS_PROFILE: "x", SLUICE_MODEL: "offline" }).model.kind).toBe("offline");
    expect(
      readEnvironment({ SLUICE_MODEL: "bedrock:us.amazon.nova-lite-v1:0", AWS_DEFAULT_REGION: "eu-west-1" }).model,
    ).toEqual({
      kind: "bedrock",
      modelId: "us.amazon.nova-lite-v1:0",
      region: "eu-west-1",
    });
  });

  test("SLUICE_MODEL=openai: takes the address and the key, both of which may be left out", () => {
    expect(readEnvironment({ SLUICE_MODEL: "openai:gpt" }).model).toEqual({
      kind: "openai",
      modelId: "gpt",
      baseUrl: DEFAULT_OPENAI_URL,
    });
    const local = {
      SLUICE_MODEL: "openai:qwen3:8b",
      OPENAI_BASE_URL: "http://10.0.0.7:11434/v1/",
      OPENAI_API_KEY: "k",
    };
    expect(readEnvironment(local).model).toEqual({
      kind: "openai",
      modelId: "qwen3:8b",
      baseUrl: "http://10.0.0.7:11434/v1",
      apiKey: "k",
    });
  });

  test("tokens are proved by a secret or by keys, for an issuer and an audience", () => {
    const secret = "é".repeat(16);
    const names = { SLUICE_JWT_ISSUER: "https://id.example", SLUICE_JWT_AUDIENCE: "sluice" };
    expect(readEnvironment({ SLUICE_JWT_SECRET: secret }).jwt).toEqual({ secret });
    expect(readEnvironment({ SLUICE_JWKS_URL: "https://id.example/keys", ...names }).jwt).toEqual({
      jwksUrl: "https://id.example/keys",
      issuer: "https://id.example",
      audience: "sluice",
    });
    for (const jwksUrl of ["http://localhost:3000/keys", "http://127.0.0.1/keys", "http://[::1]:80/keys"]) {
      expect(readEnvironment({ SLUICE_JWKS_URL: jwksUrl }).jwt).toEqual({ jwksUrl });
    }
  });

  test("names the knowledge base, the models of llm and the documents", () => {
    const settings = readEnvironment({
      SLUICE_MODEL: "bedrock:m",
      AWS_REGION: "us-east-1",
      KNOWLEDGE_BASE_ID: "KB1",
      MODEL_ARN: "arn:aws:bedrock:us-east-1::foundation-model/m",
      SLUICE_LLM_MODELS: "one, two ,,three",
      SLUICE_DOCUMENTS: "/srv/documents",
    });
    expect(settings).toMatchObject({
      knowledgeBase: { id: "KB1", region: "us-east-1", modelArn: "arn:aws:bedrock:us-east-1::foundation-model/m" },
      llmModels: ["one", "two", "three"],
      documents: "/srv/documents",
    });
    expect(readEnvironment({ KNOWLEDGE_BASE_ID: "KB1", MODEL_ARN: "arn" }).knowledgeBase).toEqual({ id: "KB1" });
    expect(readEnvironment({ MODEL_ARN: "arn" }).knowledgeBase).toBeUndefined();
  });

  test.each<[Environment, RegExp]>([
    [{ PORT: "80a" }, /^PORT must .* "80a"\.$/],
    [{ PORT: "65536" }, /^PORT must/],
    [{ PORT: "-1" }, /^PORT must/],
    [{ SLUICE_STORE: "redis://" }, /^SLUICE_STORE must be like redis:/],
    [{ SLUICE_STORE: "redis:6379" }, /^SLUICE_STORE must/],
    [{ SLUICE_STORE: "redis://host?replicas=many" }, /^SLUICE_STORE must/],
    [{ SLUICE_GRACE_MS: "1s" }, /^SLUICE_GRACE_MS must be a whole number/],
    [{ SLUICE_STORE: "dynamodb:" }, /^SLUICE_STORE is not/],
    [{ SLUICE_STORE: "postgres://user:secret@host" }, /^SLUICE_STORE is not a store that is known/],
    [{ SLUICE_STORE: "sqlite:" }, /^SLUICE_STORE is not/],
    [{ SLUICE_STORE: "./data/sluice.db" }, /^SLUICE_STORE is not/],
    [
      { SLUICE_MODEL: "openai:" },
      /^SLUICE_MODEL is not a model that is known; use bedrock:<model id>, openai:<model> or offline\.$/,
    ],
    [{ SLUICE_MODEL: "openai:m", OPENAI_BASE_URL: "user:secret@host" }, /^OPENAI_BASE_URL must be an http or https/],
    [{ SLUICE_MODEL: "openai:m", OPENAI_BASE_URL: "file:///v1" }, /^OPENAI_BASE_URL must/],
    [{ SLUICE_JWT_SECRET: "secret".padEnd(31, "x") }, /^SLUICE_JWT_SECRET must have 32 bytes or more\.$/],
    [
      { SLUICE_JWT_SECRET: "secret".padEnd(32, "x"), SLUICE_JWKS_URL: "https://id.example/keys" },
      /^SLUICE_JWT_SEC\w+ and SLUICE_JWKS_URL are both set; keep one of them\.$/,
    ],
    [{ SLUICE_JWKS_URL: "http://id.example/keys" }, /^SLUICE_JWKS_URL must be an https address/],
    [{ SLUICE_JWKS_URL: "http://localhost.example/keys" }, /^SLUICE_JWKS_URL must/],
    [{ SLUICE_JWKS_URL: "keys.json" }, /^SLUICE_JWKS_URL must/],
    [{ SLUICE_JWT_ISSUER: "https://id.example" }, /^SLUICE_JWT_ISSUER is set without/],
    [{ SLUICE_JWT_AUDIENCE: "sluice" }, /^SLUICE_JWT_AUDIENCE is set without/],
    [{ SLUICE_MODEL: "bedrock:" }, /^SLUICE_MODEL is not/],
    [{ SLUICE_MODEL: "claude" }, /^SLUICE_MODEL is not/],
    [{ SLUICE_ORIGINS: "https://ok.example, app.example.com" }, /^SLUICE_ORIGINS holds "app\.example\.com"/],
    [{ SLUICE_ORIGINS: "https://app.example.com/path" }, /^SLUICE_ORIGINS/],
    [{ SLUICE_ORIGINS: "*" }, /^SLUICE_ORIGINS/],
    [{ SLUICE_ORIGINS: "file://x" }, /^SLUICE_ORIGINS/],
    [{ SLUICE_ALLOW_ANONYMOUS: "yes" }, /^SLUICE_ALLOW_ANONYMOUS must be 1 or 0/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL must be one of trace, debug/],
    [{ SLUICE_OFFLINE_PACE: "0" }, /^SLUICE_OFFLINE_PACE must/],
    [{ SLUICE_OFFLINE_PACE: "fast" }, /^SLUICE_OFFLINE_PACE must/],
  ])("%j is one sentence that says what to do", (environment, sentence) => {
    const problem = problemWith(environment);
    expect(problem).toMatch(sentence);
    expect(problem).not.toMatch(/\n|secret/);
  });

  test("SLUICE_ALLOWANCES says what callers may use; what does not fit is named", () => {
    const text = '{"tenant":{"tokensPerMinute":100000},"queue":{"most":10}}';
    expect(readEnvironment({ SLUICE_ALLOWANCES: text }).allowances).toEqual(JSON.parse(text));
    expect(problemWith({ SLUICE_ALLOWANCES: "32" })).toMatch(/^SLUICE_ALLOWANCES does not fit: /);
    expect(problemWith({ SLUICE_ALLOWANCES: "{" })).toBe("SLUICE_ALLOWANCES must be a JSON object.");
    expect(problemWith({ SLUICE_ALLOWANCES: '{"tenant":{"tokens":1}}' })).toContain("tenant: ");
    expect(problemWith({ SLUICE_ALLOWANCES: '{"principal":{"concurrentRuns":0}}' })).toContain("concurrentRuns");
  });
});
