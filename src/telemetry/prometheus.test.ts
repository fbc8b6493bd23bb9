import { describe, expect, it } from "vitest";
import { createMetrics } from "../metrics.ts";
import { prometheusMetrics } from "./prometheus.ts";

describe("the metrics of an app as Prometheus text", () => {
  it("times are in seconds, in buckets that each hold what lies below, with sum and count", async () => {
    const metrics = createMetrics(["titles", "llm"]);
    for (const ms of [40, 50, 250, 20_000]) metrics.apps["titles"]!.firstToken.observe(ms);
    const lines = (await prometheusMetrics(metrics)()).split("\n");
    const first = lines.filter((line) => line.startsWith('sluice_first_token_seconds_bucket{app="titles"'));
    const [lowest, third] = [first[0], first.find((line) => line.includes('le="0.3"'))];
    expect(lowest).toBe('sluice_first_token_seconds_bucket{app="titles",le="0.05"} 2');
    expect(third).toBe('sluice_first_token_seconds_bucket{app="titles",le="0.3"} 3');
    expect(first.at(-2)).toBe('sluice_first_token_seconds_bucket{app="titles",le="10"} 3');
    expect(first.at(-1)).toBe('sluice_first_token_seconds_bucket{app="titles",le="+Inf"} 4');
    expect(lines).toContain("# TYPE sluice_first_token_seconds histogram");
    expect(lines).toContain('sluice_first_token_seconds_sum{app="titles"} 20.34');
    expect(lines).toContain('sluice_first_token_seconds_count{app="titles"} 4');
    expect(lines).toContain('sluice_first_token_seconds_count{app="llm"} 0');
  });

  it("what viewers report stands beside it, numbers of events as they are", async () => {
    const metrics = createMetrics(["titles"]);
    const app = metrics.apps["titles"]!;
    app.gapEvents.observe(3);
    app.firstShown.observe(400);
    app.viewerResumes = 1;
    app.viewerDuplicates = 2;
    app.unseenTokens = 3;
    const text = await prometheusMetrics(metrics)();
    expect(text).toContain('sluice_viewer_gap_events_bucket{app="titles",le="5"} 1\n');
    expect(text).toContain('sluice_first_shown_seconds_sum{app="titles"} 0.4\n');
    expect(text).toMatch(/^sluice_viewer_resumes_total\{app="titles".*\} 1$/m);
    expect(text).toMatch(/^sluice_viewer_duplicates_total\{app="titles".*\} 2$/m);
    expect(text).toMatch(/^sluice_unseen_tokens_total\{app="titles".*\} 3$/m);
  });
});
