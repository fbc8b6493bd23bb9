import type { ObservableResult } from "@opentelemetry/api";
import { PrometheusExporter, PrometheusSerializer } from "@opentelemetry/exporter-prometheus";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import type { Histogram } from "../histogram.ts";
import type { AppMetrics, Metrics } from "../metrics.ts";
import { histogramText } from "./prometheus-histogram.ts";

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

  const byApp = (name: string, description: string, read: (app: AppMetrics) => number): void =>
    counter(name, description, (result) => {
      for (const [app, figures] of Object.entries(metrics.apps)) result.observe(read(figures), { app });
    });
  byApp("sluice_viewer_resumes", "Resumes that viewers report.", (app) => app.viewerResumes);
  byApp("sluice_viewer_duplicates", "Events that viewers got again, and dropped.", (app) => app.viewerDuplicates);
  byApp("sluice_unseen_tokens", "Text deltas that no viewer who reports has shown.", (app) => app.unseenTokens);

  const serializer = new PrometheusSerializer();
  return async () => {
    const counters = serializer.serialize((await exporter.collect()).resourceMetrics);
    const apps = Object.entries(metrics.apps);
    const histograms = HISTOGRAMS.map(({ of, ...family }) =>
      histogramText({ ...family, byApp: apps.map(([name, app]) => [name, of(app)]) }),
    );
    return counters + histograms.join("");
  };
}

/** What `/metrics` shows of each app's histograms; times are shown in seconds. */
const HISTOGRAMS = [
  {
    name: "sluice_first_token_seconds",
    description: "From a run's beginning to its first text delta.",
    divisor: 1000,
    of: (app: AppMetrics): Histogram => app.firstToken,
  },
  {
    name: "sluice_inter_token_seconds",
    description: "Between two text deltas of a run.",
    divisor: 1000,
    of: (app: AppMetrics): Histogram => app.interToken,
  },
  {
    name: "sluice_first_shown_seconds",
    description: "From a viewer's request to the first event on its screen, as viewers report it.",
    divisor: 1000,
    of: (app: AppMetrics): Histogram => app.firstShown,
  },
  {
    name: "sluice_viewer_gap_events",
    description: "Events that a viewer missed at once, and asked for again, as viewers report it.",
    divisor: 1,
    of: (app: AppMetrics): Histogram => app.gapEvents,
  },
] as const;
