import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Server } from "../../src/host/node/serve.ts";
import { defaultLimits } from "../../src/limits.ts";
import { textOf, yamlOf } from "./files.ts";
import { liveServer } from "./live-server.ts";

/** What Prometheus itself, the proxy and kube-state-metrics give. */
const FOREIGN = new Set(["up", "haproxy_server_status", "kube_pod_status_ready"]);

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string }[];
}

const rules = yamlOf<{ groups: { rules: Rule[] }[] }>("grafana/alerts.yaml").groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(textOf("grafana/dashboard.json")) as { readonly panels: readonly Panel[] };
const panelExpressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const scaled = yamlOf<{ spec: { metrics: { pods: { metric: { name: string } } }[] } }>(
  "kubernetes/autoscaled/horizontal-pod-autoscaler.yaml",
).spec.metrics.map(({ pods }) => pods.metric.name);
const adapted = yamlOf<{ rules: { custom: { seriesQuery: string; metricsQuery: string; name: { as: string } }[] } }>(
  "kubernetes/monitoring/prometheus-adapter.yaml",
).rules.custom;

/** Every metric's name with the labels that are asked of it. */
function asked(expression: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return Array.from(expression.matchAll(/([a-z_]+)\{([^}]*)\}/g), ([, name, labels]) => ({
    name: name!,
    labels: Array.from(labels!.matchAll(/([a-z_]+)\s*[!=]~?/g), ([, label]) => label!),
  }));
}

let server: Server;
/** The labels of each metric that `/metrics` gives. */
let given: ReadonlyMap<string, ReadonlySet<string>>;

beforeAll(async () => {
  server = await liveServer();
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = Array.from(text.matchAll(/^(sluice_[a-z_]+)\{([^}]*)\} /gm), ([, name, labels]) => ({
    name: name!,
    labels: Array.from(labels!.matchAll(/([a-z_]+)="/g), ([, label]) => label!),
  }));
  given = new Map(lines.map(({ name, labels }) => [name, new Set(labels)]));
});
afterAll(() => server.close());

/** What Prometheus adds to what it scrapes. */
const TARGET_LABELS = ["job", "instance", "namespace", "pod"];

function expectGiven(expression: string): void {
  const found = asked(expression);
  expect(found, expression).not.toEqual([]);
  for (const { name, labels } of found) {
    if (FOREIGN.has(name)) continue;
    expect([...given.keys()], expression).toContain(name);
    expect([...given.get(name)!, ...TARGET_LABELS], expression).toEqual(expect.arrayContaining([...labels]));
  }
  // A name without braces would have been passed over.
  const bare = expression.replaceAll(/\{[^}]*\}/g, "{}").match(/sluice_[a-z_]+(?!\w*\{)(?![a-z_])/g);
  expect(bare, expression).toBeNull();
}

describe("what is asked of /metrics is what /metrics gives", () => {
  it("the dashboard", () => {
    for (const expression of panelExpressions) expectGiven(expression);
  });

  it("the alert rules", () => {
    for (const { expr } of rules) expectGiven(expr);
  });

  it("the autoscaler, by the rules of prometheus-adapter", () => {
    expect(scaled).toEqual(adapted.map(({ name }) => name.as));
    for (const { seriesQuery, metricsQuery } of adapted) {
      expectGiven(seriesQuery);
      expect(asked(metricsQuery).map(({ name }) => name)).toEqual(asked(seriesQuery).map(({ name }) => name));
    }
  });

  it("and nothing that it gives is missing on the dashboard", () => {
    const shown = new Set(panelExpressions.flatMap((expression) => asked(expression).map(({ name }) => name)));
    expect([...shown]).toEqual(expect.arrayContaining([...given.keys()]));
  });
});

describe("the alert rules", () => {
  it("each has a time, a severity, a summary and a runbook", () => {
    expect(rules.length).toBeGreaterThan(5);
    for (const rule of rules) {
      expect(rule.for, rule.alert).toMatch(/^\d+m$/);
      expect(["critical", "warning", "info"]).toContain(rule.labels.severity);
      expect(rule.annotations.summary.length).toBeGreaterThan(10);
      expect(rule.annotations.runbook.length).toBeGreaterThan(60);
    }
  });

  it("the one on connections speaks before a node refuses", () => {
    const { expr } = rules.find(({ alert }) => alert === "SluiceConnectionsNearLimit")!;
    const bound = Number(/> (\d+)$/.exec(expr)![1]);
    expect(bound).toBeGreaterThan(0.7 * defaultLimits.maxConnectionsPerAddress);
    expect(bound).toBeLessThan(0.9 * defaultLimits.maxConnectionsPerAddress);
  });
});

it("panels of the dashboard have ids of their own, and none lies on another", () => {
  const { panels } = dashboard;
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const [index, { gridPos: one }] of panels.entries()) {
    expect(one.x + one.w).toBeLessThanOrEqual(24);
    for (const { gridPos: other, title } of panels.slice(index + 1)) {
      const apart =
        one.x + one.w <= other.x ||
        other.x + other.w <= one.x ||
        one.y + one.h <= other.y ||
        other.y + other.h <= one.y;
      expect(apart, title).toBe(true);
    }
  }
});
