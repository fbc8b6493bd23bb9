import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  context,
  trace,
} from "@opentelemetry/api";
import type { Usage } from "../protocol/events.ts";
import type { CallTrace, RunTrace, TracedCall, TracedRun, Tracing } from "../tracing.ts";

export interface OpenTelemetryOptions {
  /** That of the SDK which the process has registered by default. */
  readonly tracer?: Tracer;
  /** Sends what waits, when the server closes. */
  readonly close?: () => Promise<void>;
}

/**
 * Spans by OpenTelemetry's conventions for generative AI (status: development, 2026-05): a run is an `invoke_agent` span, each model
 * call in it a `chat` span of kind CLIENT, each tool an `execute_tool` span. They go to whatever SDK the process has registered; without
 * one they cost next to nothing. What was asked and answered is in none of them.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Tracing {
  const { tracer = trace.getTracer("sluice"), close = async () => {} } = options;
  return { run: (run) => new RunSpans(tracer, run), close };
}

class RunSpans implements RunTrace {
  readonly #tracer: Tracer;
  readonly #span: Span;
  readonly #inside: Context;
  readonly #tools = new Map<string, Span>();

  constructor(tracer: Tracer, { app, route, streamId, traceparent, epoch }: TracedRun) {
    this.#tracer = tracer;
    const name = `${app}/${route}`;
    const attributes: Attributes = {
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.agent.name": name,
      "gen_ai.conversation.id": streamId,
      "sluice.app": app,
      "sluice.route": route,
      "sluice.epoch": epoch,
    };
    const parent = parentOf(traceparent);
    this.#span = tracer.startSpan(`invoke_agent ${name}`, { kind: SpanKind.INTERNAL, attributes }, parent);
    this.#inside = trace.setSpan(parent, this.#span);
  }

  call(call: TracedCall): CallTrace {
    return new CallSpan(this.#tracer, this.#inside, call);
  }

  tool(event: Parameters<RunTrace["tool"]>[0]): void {
    if (event.type === "tool-call") {
      const attributes = {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": event.name,
        "gen_ai.tool.call.id": event.id,
      };
      // A model may give one id to two calls.
      this.#tools.get(event.id)?.end();
      this.#tools.set(event.id, this.#tracer.startSpan(`execute_tool ${event.name}`, { attributes }, this.#inside));
      return;
    }
    const span = this.#tools.get(event.id);
    this.#tools.delete(event.id);
    if (event.error !== undefined && span !== undefined) fail(span, "tool_error");
    span?.end();
  }

  ended(end: Parameters<RunTrace["ended"]>[0], usage: Usage | undefined): void {
    for (const span of this.#tools.values()) span.end();
    this.#span.setAttributes({ ...usageOf(usage), "sluice.state": end?.type ?? "taken over" });
    if (end?.type === "error") fail(this.#span, end.code);
    this.#span.end();
  }
}

class CallSpan implements CallTrace {
  readonly #span: Span;
  readonly #begun = performance.now();

  constructor(tracer: Tracer, inside: Context, { provider, modelId, maxTokens, temperature }: TracedCall) {
    const attributes: Attributes = {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": provider,
      "gen_ai.request.model": modelId,
      "gen_ai.request.stream": true,
      ...(maxTokens !== undefined && { "gen_ai.request.max_tokens": maxTokens }),
      ...(temperature !== undefined && { "gen_ai.request.temperature": temperature }),
    };
    this.#span = tracer.startSpan(`chat ${modelId}`, { kind: SpanKind.CLIENT, attributes }, inside);
  }

  began(): void {
    this.#span.setAttribute("gen_ai.response.time_to_first_chunk", (performance.now() - this.#begun) / 1000);
  }

  ended({ modelId, stopReason }: Parameters<CallTrace["ended"]>[0], usage: Usage | undefined): void {
    this.#span.setAttributes({
      "gen_ai.response.model": modelId,
      "gen_ai.response.finish_reasons": [stopReason],
      ...usageOf(usage),
    });
    this.#span.end();
  }

  failed(type: string): void {
    fail(this.#span, type);
    this.#span.end();
  }
}

function usageOf(usage: Usage | undefined): Attributes {
  if (usage === undefined) return {};
  return { "gen_ai.usage.input_tokens": usage.inputTokens, "gen_ai.usage.output_tokens": usage.outputTokens };
}

function fail(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}

/** W3C Trace Context section 3.2: version 00, which has 55 characters, and what later ones have in common with it. */
const TRACEPARENT = /^(?!ff|00.{54})[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

/** The caller's span where it named one, else what is under way in this process. */
function parentOf(traceparent: string | undefined): Context {
  const parts = TRACEPARENT.exec(traceparent ?? "");
  if (parts === null) return context.active();
  const [, traceId, spanId, flags] = parts as unknown as [string, string, string, string];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
