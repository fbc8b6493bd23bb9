import type { ObservableResult } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { Metrics } from "../metrics.ts";

/** Gives the core's counters as Prometheus text; they are read when somebody asks, never on the way of a message. */
export function prometheusMetrics(metrics: Metrics): () => Promise<string> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meter = new MeterProvider({ readers: [exporter] }).getMeter("sluice");

  const gauge = (name: string, description: string, read: (result: ObservableResult) => void): void =>
    meter.createObservableGauge(name, { description }).addCallback(read);
  const counter = (name: string, description: string, read: (result: ObservableResult) => void): void =>
    meter.createObservableCounter(name, { description }).addCallback(read);
  const total = (name: string, description: string, read: () => number): void =>
    counter(name, description, (result) => result.observe(read()));

  gauge("sluice_connections", "Client links that are open, by transport.", (result) => {
    for (const [transport, count] of Object.entries(metrics.connections)) result.observe(count, { transport });
  });
  gauge("sluice_runs_running", "Runs that go on in this process.", (result) => result.observe(metrics.runsRunning));
  counter("sluice_runs_ended", "Runs that have ended, by how.", (result) => {
    for (const [state, count] of Object.entries(metrics.runsEnded)) result.observe(count, { state });
  });
  total("sluice_events", "Events committed to the store.", () => metrics.events);
  total("sluice_commits", "Group commits.", () => metrics.commits);
  total("sluice_commits_failed", "Group commits of which something was not stored.", () => metrics.failedCommits);
  total("sluice_frames", "Frames sent to clients.", () => metrics.frames);
  total("sluice_resumes", "Resumes that were granted.", () => metrics.resumes);
  total("sluice_bad_requests", "Messages that were answered with an error.", () => metrics.badRequests);
  counter("sluice_tokens", "Tokens of runs that have ended, by app and direction.", (result) => {
    for (const [app, tokens] of Object.entries(metrics.tokens)) {
      for (const [direction, count] of Object.entries(tokens)) result.observe(count, { app, direction });
    }
  });

  const serializer = new PrometheusSerializer();
  return async () => serializer.serialize((await exporter.collect()).resourceMetrics);
}
