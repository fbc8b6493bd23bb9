import { MetricUnit, Metrics as EmbeddedMetrics } from "@aws-lambda-powertools/metrics";
import type { Metrics } from "../metrics.ts";

/** CloudWatch's figures of one function, written as log lines in the embedded metric format at the end of each event. */
export interface CloudWatch {
  /** How many connections an app has now. */
  activeConnections(app: string, count: number): void;
  /** How long a frame took from being sent to being taken by API Gateway, milliseconds. */
  streamingLatency(ms: number): void;
  /** Writes them, and what the core has counted since the last time. */
  flush(): void;
}

/** The namespace of `ActiveConnections` and `StreamingLatency`, and of ours beside them. */
export const NAMESPACE = "WebSocket/Streaming";

/** Gives the core's counters, and the two figures above, as metrics of the service that POWERTOOLS_SERVICE_NAME names. */
export function cloudWatch(metrics: Metrics): CloudWatch {
  const embedded = new EmbeddedMetrics({ namespace: NAMESPACE });
  let told = totalsOf(metrics);
  return {
    activeConnections(app, count) {
      const single = embedded.singleMetric();
      single.addDimension("app", app);
      single.addMetric("ActiveConnections", MetricUnit.Count, count);
    },
    streamingLatency: (ms) => embedded.addMetric("StreamingLatency", MetricUnit.Milliseconds, ms),
    flush() {
      const now = totalsOf(metrics);
      for (const [name, total] of Object.entries(now)) {
        const more = total - (told[name] ?? 0);
        if (more > 0) embedded.addMetric(name, MetricUnit.Count, more);
      }
      told = now;
      if (embedded.hasStoredMetrics()) embedded.publishStoredMetrics();
    },
  };
}

function totalsOf({
  runsEnded,
  frames,
  events,
  resumes,
  badRequests,
  failedCommits,
  tokens,
  apps,
}: Metrics): Record<string, number> {
  const sums = Object.values(tokens);
  const viewers = Object.values(apps);
  return {
    RunsComplete: runsEnded.complete,
    RunsFailed: runsEnded.error,
    RunsCancelled: runsEnded.cancelled,
    Frames: frames,
    Events: events,
    Resumes: resumes,
    BadRequests: badRequests,
    FailedCommits: failedCommits,
    InputTokens: sums.reduce((sum, { input }) => sum + input, 0),
    OutputTokens: sums.reduce((sum, { output }) => sum + output, 0),
    ViewerResumes: viewers.reduce((sum, { viewerResumes }) => sum + viewerResumes, 0),
    ViewerGaps: viewers.reduce((sum, { gapEvents }) => sum + gapEvents.count, 0),
    ViewerDuplicates: viewers.reduce((sum, { viewerDuplicates }) => sum + viewerDuplicates, 0),
  };
}
