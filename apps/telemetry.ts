import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Tracing } from "sluice";
import { openTelemetry } from "sluice/telemetry/opentelemetry";

/** Either names where traces go (OpenTelemetry's specification of its OTLP exporter). */
const ENDPOINTS = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/** Sends traces where OpenTelemetry's own variables say so; undefined where they do not. */
export function openTelemetryOf(environment: Readonly<Record<string, string | undefined>>): Tracing | undefined {
  if (!ENDPOINTS.some((name) => (environment[name] ?? "") !== "")) return undefined;
  if (environment["OTEL_SDK_DISABLED"]?.toLowerCase() === "true") return undefined;
  const provider = new BasicTracerProvider({
    // The environment may name the service otherwise, and say more of it.
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "sluice" }))
      .merge(detectResources({ detectors: [envDetector] })),
    // Where and how they go it reads from the environment itself.
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  // Not for the whole process: Strands would then send spans of its own, with all that was asked and answered in them.
  const tracer = provider.getTracer("sluice");
  // A receiver that is away is no reason not to end.
  return openTelemetry({ tracer, close: () => provider.shutdown().catch(() => {}) });
}
