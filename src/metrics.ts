import type { StreamState } from "./protocol/events.ts";
import type { Transport } from "./transport.ts";

/** Plain counters that the core moves; `telemetry/` reads them when somebody asks. */
export interface Metrics {
  readonly connections: Record<Transport["kind"], number>;
  runsRunning: number;
  readonly runsEnded: Record<Exclude<StreamState, "running">, number>;
  commits: number;
  failedCommits: number;
  events: number;
  frames: number;
  resumes: number;
  badRequests: number;
  /** That models have read and written, by app, of runs that have ended. */
  readonly tokens: Record<string, { input: number; output: number }>;
}

export function createMetrics(): Metrics {
  return {
    connections: { websocket: 0, sse: 0, rest: 0, poll: 0, post: 0 },
    runsRunning: 0,
    runsEnded: { complete: 0, error: 0, cancelled: 0 },
    commits: 0,
    failedCommits: 0,
    events: 0,
    frames: 0,
    resumes: 0,
    badRequests: 0,
    tokens: {},
  };
}
