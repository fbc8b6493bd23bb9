import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { beforeEach, describe, expect, it } from "vitest";
import { anyObject, engineFixture, plainDialect } from "../../test/support/engine-fixture.ts";
import { gateway } from "../gateway.ts";
import { SluiceError } from "../protocol/errors.ts";
import { route } from "../route.ts";
import { openTelemetry } from "./opentelemetry.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracing = openTelemetry({ tracer: provider.getTracer("test") });
beforeEach(() => exporter.reset());

const asking = gateway({
  routes: {
    ask: route({
      input: anyObject,
      async *run({ source, signal }) {
        yield* source.stream({ messages: [{ role: "user", content: "secret question" }], maxTokens: 7, signal });
      },
    }),
  },
  dialect: plainDialect,
});

function spans(): Record<string, ReadableSpan> {
  return Object.fromEntries(exporter.getFinishedSpans().map((span) => [span.name, span]));
}

describe("spans of a run", () => {
  it("name the agent, the model and the tools, and what was used; one hangs under the other", async () => {
    const { model, connect } = engineFixture({ gateway: asking, tracing });
    const { say, transport } = connect();
    say({ action: "ask" });
    const call = await model.next();
    const { streamId } = await transport.frame("start");
    call.push("secret answer");
    call.push({ type: "tool-call", id: "t1", name: "clock", input: { secret: 1 } });
    call.push({ type: "tool-result", id: "t1", error: "secret failure" });
    call.push({ type: "usage", inputTokens: 11, outputTokens: 5 });
    call.end();
    await transport.frame("done");
    await expect.poll(() => Object.keys(spans()).length).toBe(3);
    const { "invoke_agent app/ask": run, "chat scripted": chat, "execute_tool clock": tool } = spans();
    expect(run).toMatchObject({
      kind: SpanKind.INTERNAL,
      attributes: {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "app/ask",
        "gen_ai.conversation.id": streamId,
        "gen_ai.usage.input_tokens": 11,
        "gen_ai.usage.output_tokens": 5,
        "sluice.state": "complete",
        "sluice.epoch": 1,
      },
    });
    expect(chat).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "_OTHER",
        "gen_ai.request.model": "scripted",
        "gen_ai.request.stream": true,
        "gen_ai.request.max_tokens": 7,
        "gen_ai.response.finish_reasons": ["end_turn"],
        "gen_ai.response.time_to_first_chunk": expect.any(Number),
        "gen_ai.usage.output_tokens": 5,
      },
    });
    expect(tool).toMatchObject({
      attributes: { "gen_ai.tool.name": "clock", "error.type": "tool_error" },
      status: { code: SpanStatusCode.ERROR },
    });
    for (const child of [chat!, tool!]) {
      expect(child.parentSpanContext?.spanId).toBe(run!.spanContext().spanId);
    }
    const told = exporter.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events }));
    expect(JSON.stringify(told)).not.toContain("secret");
  });

  it("say how a run failed, by its stable code", async () => {
    const { model, connect } = engineFixture({ gateway: asking, tracing });
    const { say, transport } = connect();
    say({ action: "ask" });
    (await model.next()).fail(new SluiceError("upstream_throttled", "slow down"));
    await transport.frame("error");
    await expect.poll(() => Object.keys(spans()).length).toBe(2);
    for (const span of Object.values(spans())) {
      expect(span.attributes["error.type"]).toBe("upstream_throttled");
      expect(span.status.code).toBe(SpanStatusCode.ERROR);
    }
  });

  it("tell a cancelled run from a failed one, and end with it", async () => {
    const { model, connect } = engineFixture({ gateway: asking, tracing });
    const { say, transport } = connect();
    say({ action: "ask", requestId: "r" });
    await model.next();
    say({ action: "cancel", requestId: "r" });
    await transport.frame("cancelled");
    await expect.poll(() => Object.keys(spans()).length).toBe(2);
    expect(spans()["invoke_agent app/ask"]!.attributes).toMatchObject({ "sluice.state": "cancelled" });
    expect(spans()["invoke_agent app/ask"]!.status.code).toBe(SpanStatusCode.UNSET);
  });

  it("end for each call of a tool, also where two have one id", () => {
    const run = tracing.run({ app: "app", route: "ask", streamId: "s", epoch: 1 });
    for (const name of ["first", "second"]) run.tool({ type: "tool-call", id: "t", name, input: {} });
    run.ended(undefined, undefined);
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    expect(names).toEqual(["execute_tool first", "execute_tool second", "invoke_agent app/ask"]);
  });

  it.each([
    ["a caller's span", `00-${TRACE}-${SPAN}-01`, TRACE],
    ["a later version's", `01-${TRACE}-${SPAN}-01-more`, TRACE],
    ["rubbish, which is no parent", `00-${"0".repeat(32)}-${SPAN}-01`, undefined],
    ["version 00 with more than it has, which is no parent", `00-${TRACE}-${SPAN}-01-more`, undefined],
  ])("hang under %s", async (_what, traceparent, traceId) => {
    const { ended } = openTelemetryRun(traceparent);
    ended(undefined, undefined);
    const [run] = exporter.getFinishedSpans();
    if (traceId === undefined) expect(run!.parentSpanContext).toBeUndefined();
    else expect(run!.parentSpanContext).toMatchObject({ traceId, spanId: SPAN, isRemote: true });
    expect(run!.attributes["sluice.state"]).toBe("taken over");
  });
});

function openTelemetryRun(traceparent: string): ReturnType<typeof tracing.run> {
  const run = tracing.run({ app: "app", route: "ask", streamId: "s", epoch: 1, traceparent });
  return { call: run.call.bind(run), tool: run.tool.bind(run), ended: run.ended.bind(run) };
}
