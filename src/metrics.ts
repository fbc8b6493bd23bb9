import { Histogram } from "./histogram.ts";
import { FIRST_TOKEN_MS, INTER_TOKEN_MS } from "./pace-bounds.ts";
import type { StreamState } from "./protocol/events.ts";
import type { Transport } from "./transport.ts";

/** Bounds of the buckets for how many events a viewer missed at once, and had to ask for again. */
const GAP_EVENTS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 1000];

/** Of one app: its runs' pace here, and what viewers say that they saw (PROTOCOL.md section 7.8). */
export class AppMetrics {
  /** From a run's beginning to its first text delta, milliseconds. */
  readonly firstToken: Histogram = new Histogram(FIRST_TOKEN_MS);
  /** Between two text deltas of a run, milliseconds. */
  readonly interToken: Histogram = new Histogram(INTER_TOKEN_MS);
  /** From a viewer's request to the first event on its screen, milliseconds. */
  readonly firstShown: Histogram = new Histogram(FIRST_TOKEN_MS);
  /** Events that were missing at once. */
  readonly gapEvents: Histogram = new Histogram(GAP_EVENTS);
  viewerResumes = 0;
  viewerDuplicates = 0;
  /** Text deltas that no viewer who reported has shown. */
  unseenTokens = 0;
}

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
  readonly apps: Readonly<Record<string, AppMetrics>>;
}

export function createMetrics(apps: readonly string[] = []): Metrics {
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
    apps: Object.fromEntries(apps.map((app) => [app, new AppMetrics()])),
  };
}
