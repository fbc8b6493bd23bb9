import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../apps/environment.ts";
import { defaultLimits } from "../../src/limits.ts";
import { closingMs, deployFiles, documentsOf, variablesRead, yamlOf } from "./files.ts";
import { liveServer } from "./live-server.ts";

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}
interface Container {
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly readinessProbe: Probe;
  readonly livenessProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly securityContext: Record<string, unknown>;
}
interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly template: {
      readonly metadata: { readonly labels: Record<string, string> };
      readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly Container[] };
    };
  };
}

const { spec } = yamlOf<Deployment>("kubernetes/sluice/deployment.yaml");
const pod = spec.template.spec;
const container = pod.containers[0]!;
const valueOf = (name: string): string | undefined => container.env.find((entry) => entry.name === name)?.value;

describe("the manifests", () => {
  it("parse, and name no namespace", () => {
    const files = deployFiles.filter((file) => file.endsWith(".yaml"));
    expect(files.length).toBeGreaterThan(12);
    for (const file of files) {
      for (const document of documentsOf(file)) {
        expect(document.errors, file).toEqual([]);
        if (file.startsWith("kubernetes/")) expect(document.getIn(["metadata", "namespace"])).toBeUndefined();
      }
    }
  });

  it("every kustomization names files that are there", () => {
    const kustomizations = deployFiles.filter((file) => file.endsWith("kustomization.yaml"));
    expect(kustomizations.length).toBeGreaterThan(4);
    for (const file of kustomizations) {
      const folder = file.slice(0, file.lastIndexOf("/"));
      for (const resource of yamlOf<{ resources: string[] }>(file).resources) {
        const known = resource.startsWith("../")
          ? `kubernetes/${resource.slice(3)}/kustomization.yaml`
          : `${folder}/${resource}`;
        expect(deployFiles).toContain(known);
      }
    }
  });

  it("set variables that the systems read, and only good values", () => {
    const known = new Set([...variablesRead(), "REDIS_PASSWORD"]);
    for (const { name } of container.env) expect([...known]).toContain(name);
    expect(valueOf("SLUICE_STORE")).toBe("redis://:$(REDIS_PASSWORD)@sluice-redis:6379");
    const settings = readEnvironment({
      ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
      SLUICE_STORE: valueOf("SLUICE_STORE")!.replace("$(REDIS_PASSWORD)", "00ff"),
      SLUICE_JWT_SECRET: "0123456789abcdef0123456789abcdef",
    });
    expect([settings.host, settings.port]).toEqual(["0.0.0.0", container.ports[0]!.containerPort]);
    expect(settings.store).toEqual({ kind: "redis", url: "redis://:00ff@sluice-redis:6379" });
    expect(settings.origins).toEqual(["https://sluice.example.com"]);
  });

  it("probe addresses that a server answers", async () => {
    const { startupProbe, readinessProbe, livenessProbe } = container;
    expect([startupProbe, readinessProbe, livenessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      "/healthz",
      "/readyz",
      "/healthz",
    ]);
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe]) {
      expect(httpGet.port).toBe(container.ports[0]!.name);
    }
    await using server = await liveServer();
    const status = async (path: string): Promise<number> => (await fetch(server.url + path)).status;
    expect(await status(readinessProbe.httpGet.path)).toBe(200);
    expect(await status(livenessProbe.httpGet.path)).toBe(200);
  });

  it("a pod has time for what comes before SIGTERM, its grace time and its closing", () => {
    const beforeMs = container.lifecycle.preStop.sleep.seconds * 1000;
    const neededMs = beforeMs + defaultLimits.graceMs + closingMs();
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(neededMs);
  });

  it("the autoscaler stays above the Deployment's replicas, and below what a node takes of one proxy", () => {
    const { spec: scaler } = yamlOf<{
      spec: {
        minReplicas: number;
        metrics: { pods: { metric: { name: string }; target: { averageValue: string } } }[];
        behavior: { scaleDown: { policies: { value: number }[]; stabilizationWindowSeconds: number } };
      };
    }>("kubernetes/autoscaled/horizontal-pod-autoscaler.yaml");
    expect(scaler.minReplicas).toBe(spec.replicas);
    const [connections] = scaler.metrics;
    expect(Number(connections!.pods.target.averageValue)).toBeLessThan(0.8 * defaultLimits.maxConnectionsPerAddress);
    expect(scaler.behavior.scaleDown.policies.map(({ value }) => value)).toEqual([1]);
    expect(scaler.behavior.scaleDown.stabilizationWindowSeconds).toBeGreaterThanOrEqual(600);
  });

  it("the Service, the budget and the monitor select the pods", () => {
    const { labels } = spec.template.metadata;
    for (const [file, path] of [
      ["sluice/service.yaml", ["spec", "selector"]],
      ["sluice/pod-disruption-budget.yaml", ["spec", "selector", "matchLabels"]],
      ["monitoring/service-monitor.yaml", ["spec", "selector", "matchLabels"]],
    ] as const) {
      expect(yamlValue(`kubernetes/${file}`, path), file).toEqual(labels);
    }
    expect(yamlValue("kubernetes/sluice/service.yaml", ["metadata", "labels"])).toEqual(labels);
  });

  it("the Ingress lets sockets and streams be, and asks another node where one refuses", () => {
    const annotations = yamlValue("kubernetes/ingress-nginx/ingress.yaml", ["metadata", "annotations"]) as Record<
      string,
      string
    >;
    const of = (name: string): string | undefined => annotations[`nginx.ingress.kubernetes.io/${name}`];
    expect(of("proxy-buffering")).toBe("off");
    for (const name of ["proxy-read-timeout", "proxy-send-timeout"]) {
      expect(Number(of(name)) * 1000).toBeGreaterThan(10 * defaultLimits.heartbeatMs);
    }
    expect(of("proxy-next-upstream")).toContain("http_503");
    expect(of("proxy-next-upstream")).not.toContain("non_idempotent");
  });
});

function yamlValue(file: string, path: readonly string[]): unknown {
  const [document] = documentsOf(file);
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document!.toJS());
}
