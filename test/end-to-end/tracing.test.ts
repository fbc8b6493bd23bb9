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

/** Takes in what is sent to it by OTLP over HTTP, as JSON. */
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
      bodies.push(body);
      answer.setHeader("Content-Type", "application/json").end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const server = await wholeApp({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
    OTEL_SERVICE_NAME: "house",
  });
  url = server.url;
  const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`;
  const titles = { projectId: "p", userInput: "secret rivers" };
  expect((await request(`${url}/titles/stream`, posted(titles, { traceparent }))).status).toBe(200);
  const call = { prompt: "secret rain falls in Vienna tomorrow", timezone: "Europe/Vienna" };
  expect((await request(`${url}/predictions/makecall`, posted(call))).status).toBe(200);
  // What waits is sent before the process ends.
  expect(await server.terminate()).toBe(0);
  await server[Symbol.asyncDispose]();
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
    expect(run).toMatchObject({ traceId: PARENT.traceId, parentSpanId: PARENT.spanId });
    const chat = spans.find(({ parentSpanId }) => parentSpanId === run.spanId)!;
    expect(chat.name).toMatch(/^chat offline\.titles/);
    expect(valueOf(chat, "gen_ai.provider.name")).toBe("aws.bedrock");
    expect(Number(valueOf(chat, "gen_ai.usage.output_tokens"))).toBeGreaterThan(0);
  });

  it("an agent's tools have spans of their own", () => {
    const run = spans.find(({ name }) => name === "invoke_agent predictions/makecall")!;
    const inside = spans.filter(({ parentSpanId }) => parentSpanId === run.spanId).map(({ name }) => name);
    expect(inside).toContain("execute_tool parse_date_with_timezone");
    expect(inside.filter((name) => name.startsWith("chat ")).length).toBeGreaterThan(1);
  });

  it("bears the service's name, and nothing that was said", () => {
    expect(bodies.join("")).toContain('"house"');
    expect(bodies.join("")).not.toContain("secret");
  });
});
