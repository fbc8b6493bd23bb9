import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMetrics } from "../metrics.ts";
import { NAMESPACE, cloudWatch } from "./cloudwatch.ts";

/** A line in CloudWatch's embedded metric format. */
interface Line {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

let printed: Line[];

beforeEach(() => {
  printed = [];
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", "sluice");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(JSON.parse(String(text)) as Line) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What one line tells: each metric with its unit and its value. */
function told(line: Line): Record<string, [unit: string, value: unknown]> {
  const [directive] = line._aws.CloudWatchMetrics;
  return Object.fromEntries(directive!.Metrics.map(({ Name, Unit }) => [Name, [Unit, line[Name]]]));
}

describe("CloudWatch's figures", () => {
  it("are lines in the embedded metric format, in their namespace, by service", () => {
    const metrics = createMetrics();
    const figures = cloudWatch(metrics);
    metrics.frames = 3;
    const before = Date.now();
    figures.flush();
    expect(printed).toHaveLength(1);
    const [line] = printed;
    expect(line!._aws.Timestamp).toBeGreaterThanOrEqual(before);
    expect(line!._aws.CloudWatchMetrics).toEqual([
      {
        Namespace: "WebSocket/Streaming",
        Dimensions: [["service"]],
        Metrics: [{ Name: "Frames", Unit: "Count" }],
      },
    ]);
    expect([line!["service"], line!["Frames"], NAMESPACE]).toEqual(["sluice", 3, "WebSocket/Streaming"]);
  });

  it("counters are told as what was added since the last time, and not at all where nothing was", () => {
    const metrics = createMetrics(["titles", "images"]);
    metrics.events = 5;
    const figures = cloudWatch(metrics);
    metrics.events = 7;
    metrics.runsEnded.complete = 1;
    metrics.runsEnded.cancelled = 2;
    metrics.runsEnded.error = 3;
    metrics.tokens["titles"] = { input: 10, output: 20 };
    metrics.tokens["images"] = { input: 1, output: 2 };
    figures.flush();
    metrics.tokens["images"].output = 5;
    metrics.resumes = 1;
    metrics.badRequests = 4;
    metrics.failedCommits = 6;
    for (const app of Object.values(metrics.apps)) {
      app.viewerResumes = 1;
      app.viewerDuplicates = 2;
      for (const gap of [5, 6]) app.gapEvents.observe(gap);
    }
    figures.flush();
    figures.flush();
    expect(printed.map(told)).toEqual([
      {
        RunsComplete: ["Count", 1],
        RunsFailed: ["Count", 3],
        RunsCancelled: ["Count", 2],
        Events: ["Count", 2],
        InputTokens: ["Count", 11],
        OutputTokens: ["Count", 22],
      },
      {
        Resumes: ["Count", 1],
        BadRequests: ["Count", 4],
        FailedCommits: ["Count", 6],
        OutputTokens: ["Count", 3],
        ViewerResumes: ["Count", 2],
        ViewerGaps: ["Count", 4],
        ViewerDuplicates: ["Count", 4],
      },
    ]);
  });

  it("StreamingLatency has each frame's own value, in milliseconds", () => {
    const figures = cloudWatch(createMetrics());
    for (const ms of [12, 7, 30]) figures.streamingLatency(ms);
    figures.flush();
    figures.streamingLatency(5);
    figures.flush();
    expect(printed.map(told)).toEqual([
      { StreamingLatency: ["Milliseconds", [12, 7, 30]] },
      { StreamingLatency: ["Milliseconds", 5] },
    ]);
  });

  it("no frame's value is lost however many there are in one event, and no line holds more than 100 of them", () => {
    const figures = cloudWatch(createMetrics());
    const all = Array.from({ length: 250 }, (_, ms) => ms);
    for (const ms of all) figures.streamingLatency(ms);
    figures.flush();
    const values = printed.map((line) => [line["StreamingLatency"]].flat());
    expect(values.flat()).toEqual(all);
    for (const each of values) expect(each.length).toBeLessThanOrEqual(100);
  });

  it("ActiveConnections is told at once, by app, also where it is none", () => {
    const figures = cloudWatch(createMetrics());
    figures.activeConnections("titles", 4);
    figures.activeConnections("images", 0);
    expect(printed.map((line) => [line["app"], line["ActiveConnections"]])).toEqual([
      ["titles", 4],
      ["images", 0],
    ]);
    for (const { _aws } of printed) {
      expect(_aws.CloudWatchMetrics).toEqual([
        {
          Namespace: "WebSocket/Streaming",
          Dimensions: [["service", "app"]],
          Metrics: [{ Name: "ActiveConnections", Unit: "Count" }],
        },
      ]);
    }
    // It leaves no mark on the others.
    figures.streamingLatency(1);
    figures.flush();
    expect(printed.at(-1)).not.toHaveProperty("app");
    expect(printed).toHaveLength(3);
  });
});
