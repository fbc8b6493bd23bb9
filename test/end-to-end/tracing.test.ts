import { once } from "node:events";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { posted, request } from "./support/http-client.ts";
import { wholeApp } from "./support/own-process.ts";

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface SentSpan {
  readonly name: string;
  /** OTLP's numbers: 1 is INTERNAL, 3 is CLIENT. */
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly attributes: readonly Attribute[];
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly SentSpan[] }[];
  }[];
}

/** Takes in what is sent to it by OTLP over HTTP, as JSON; as a model it refuses whatever it is asked. */
let receiver: Server;
const bodies: string[] = [];
let spans: SentSpan[];
let url: string;

const PARENT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };

beforeAll(async () => {
  receiver = createServer((asked, answer) => {
    let body = "";
    asked.on("data", (bytes: Buffer) => (body += bytes.toString("utf8")));
    asked.on("end", () => {
      if (asked.url !== "/v1/traces") return void answer.writeHead(404).end('{"error":{"message":"secret refusal"}}');
      bodies.push(body);
      answer.setHeader("Content-Type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    // Whoever runs the tests may send traces elsewhere: not from here.
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=cellar",
    OTEL_SERVICE_NAME: "house",
  };
  const server = await wholeApp(environment);
  url = server.url;
  const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`;
  const titles = { projectId: "p", userInput: "secret rivers" };
  expect((await request(`${url}/titles/stream`, posted(titles, { traceparent }))).status).toBe(200);
  const call = { prompt: "secret rain falls in Vienna tomorrow", timezone: "Europe/Vienna" };
  expect((await request(`${url}/predictions/makecall`, posted(call))).status).toBe(200);
  // What waits is sent before the process ends.
  expect(await server.terminate()).toBe(0);
  await server[Symbol.asyncDispose]();
  const refused = await wholeApp({
    ...environment,
    SLUICE_MODEL: "openai:refusing",
    OPENAI_BASE_URL: `${endpoint}/v1`,
  });
  await request(`${refused.url}/titles/stream`, posted(titles));
  expect(await refused.terminate()).toBe(0);
  await refused[Symbol.asyncDispose]();
  spans = bodies.flatMap((body) =>
    (JSON.parse(body) as Sent).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
});
afterAll(() => void receiver.close());

const valueOf = ({ attributes }: SentSpan, key: string): unknown =>
  Object.values(attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];

describe("traces by OTLP from npm start's process", () => {
  it("a run hangs under its caller's span, and its model call under it", () => {
    const run = spans.find(({ name }) => name === "invoke_agent titles/stream")!;
    expect(run).toMatchObject({ kind: 1, traceId: PARENT.traceId, parentSpanId: PARENT.spanId });
    const chat = spans.find(({ parentSpanId }) => parentSpanId === run.spanId)!;
    expect(chat.name).toMatch(/^chat offline\.titles/);
    expect(chat.kind).toBe(3);
    expect(valueOf(chat, "gen_ai.provider.name")).toBe("aws.bedrock");
    expect(Number(valueOf(chat, "gen_ai.usage.output_tokens"))).toBeGreaterThan(0);
  });

  it("an agent's tools have spans of their own", () => {
    const run = spans.find(({ name }) => name === "invoke_agent predictions/makecall")!;
    const inside = spans.filter(({ parentSpanId }) => parentSpanId === run.spanId).map(({ name }) => name);
    expect(inside).toContain("execute_tool parse_date_with_timezone");
    expect(inside.filter((name) => name.startsWith("chat ")).length).toBeGreaterThan(1);
  });

  it("a failed run and its model call say so, by the stable code", () => {
    const chat = spans.find(({ name }) => name === "chat refusing")!;
    const run = spans.find(({ spanId }) => spanId === chat.parentSpanId)!;
    expect(run.name).toBe("invoke_agent titles/stream");
    expect(valueOf(chat, "gen_ai.provider.name")).toBe("openai");
    for (const span of [run, chat]) {
      expect(span.status.code).toBe(2);
      expect(valueOf(span, "error.type")).toBe("upstream_error");
    }
  });

  it("bears the service's name, and nothing that was said", () => {
    expect(bodies.join("")).toContain('"house"');
    expect(bodies.join("")).toContain('"cellar"');
    expect(bodies.join("")).not.toContain("secret");
  });
});
