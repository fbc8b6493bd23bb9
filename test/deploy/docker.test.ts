import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../apps/environment.ts";
import { jwt } from "../../src/auth/jwt.ts";
import { defaultLimits } from "../../src/limits.ts";
import { DEPLOY, ROOT, closingMs, secondsOf, textOf, variablesRead, yamlOf } from "./files.ts";
import { liveServer } from "./live-server.ts";

const run = promisify(execFile);
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  readonly scripts: Record<string, string>;
  readonly devDependencies: Record<string, string>;
};
const dockerfile = textOf("docker/Dockerfile").replaceAll(/\\\n/g, "");
const lines = dockerfile.split("\n").map((line) => line.trim());
const only = (instruction: string): string => {
  const found = lines.filter((line) => line.startsWith(`${instruction} `));
  expect(found).toHaveLength(1);
  return found[0]!.slice(instruction.length + 1);
};
const health = (): string[] => {
  const line = only("HEALTHCHECK");
  return JSON.parse(line.slice(line.indexOf("["))) as string[];
};
/** Sources of COPY that come out of the repository. */
const copied = lines
  .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
  .flatMap((line) => line.split(/\s+/).slice(1, -1));

interface Service {
  readonly environment?: Record<string, string | null>;
  readonly stop_grace_period?: string;
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
}
const { services } = yamlOf<{ services: Record<string, Service> }>("docker/compose.yaml");
const nodes = Object.entries(services).filter(([name]) => /^sluice-\d$/.test(name));
const proxy = textOf("docker/haproxy.cfg");

describe("the Dockerfile", () => {
  it("stands on the Node that package.json pins", () => {
    const bases = new Set(Array.from(dockerfile.matchAll(/^FROM (node:\S+)/gm), ([, image]) => image));
    expect([...bases]).toEqual([`node:${manifest.devDependencies["node"]}-slim`]);
  });

  it("copies files that exist, and that its ignore file lets through", () => {
    const allowed = textOf("docker/Dockerfile.dockerignore").split("\n");
    expect(allowed.find((line) => !line.startsWith("#"))).toBe("*");
    for (const path of copied) {
      expect(existsSync(join(ROOT, path)), path).toBe(true);
      const shown = allowed.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
      expect(
        shown.some((name) => path === name || path.startsWith(`${name}/`)),
        path,
      ).toBe(true);
    }
    expect(copied).toContain("package-lock.json");
  });

  it("runs what `npm start` runs, by node itself, as somebody who is not root", () => {
    expect(JSON.parse(lines.findLast((line) => line.startsWith("CMD "))!.slice(4))).toEqual(
      manifest.scripts["start"]!.split(" "),
    );
    expect(only("USER")).toBe("node");
    expect(only("STOPSIGNAL")).toBe("SIGTERM");
  });

  it("brings production packages only into the last stage", () => {
    const stages = dockerfile.split(/^FROM /m);
    expect(stages.at(-1)).not.toMatch(/^RUN /m);
    expect(stages.at(-1)).toContain("COPY --from=production");
    expect(stages.find((stage) => stage.includes(" AS production"))).toContain("--omit=dev");
  });

  it("has what Redis and Bedrock need among its production packages", () => {
    const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
      readonly packages: Record<string, { readonly dev?: boolean }>;
    };
    for (const name of ["ioredis", "@aws-sdk/client-bedrock-runtime"]) {
      expect(lock.packages[`node_modules/${name}`], name).toBeDefined();
      expect(lock.packages[`node_modules/${name}`]!.dev, name).toBeUndefined();
    }
  });

  it("asks for its health with Node alone: a server is healthy, no server is not", async () => {
    const [program, ...args] = health();
    expect(program).toBe("node");
    const server = await liveServer();
    const ask = (): Promise<unknown> =>
      run(process.execPath, args, { env: { ...process.env, PORT: String(server.port) } });
    await ask();
    await server.close();
    await expect(ask()).rejects.toMatchObject({ code: 1 });
  });
});

describe("the compose file", () => {
  it("has two nodes on one Redis, which take what the environment says", () => {
    expect(nodes).toHaveLength(2);
    for (const [, { environment }] of nodes) {
      expect(environment).toMatchObject({ HOST: "0.0.0.0", SLUICE_STORE: "redis://redis:6379" });
      expect(environment!["SLUICE_JWT_SECRET"]).toMatch(/^\$\{SLUICE_JWT_SECRET:\?/);
      expect([...variablesRead()]).toEqual(expect.arrayContaining(Object.keys(environment!)));
    }
    const { HOST, PORT, SLUICE_STORE } = nodes[0]![1].environment!;
    const settings = readEnvironment({ HOST: HOST!, PORT: PORT!, SLUICE_STORE: SLUICE_STORE! });
    expect([settings.host, settings.port]).toEqual(["0.0.0.0", Number(only("EXPOSE"))]);
    expect(settings.store).toEqual({ kind: "redis", url: "redis://redis:6379" });
  });

  it("waits longer for a node than its grace time and its closing", () => {
    for (const [, { stop_grace_period: period }] of nodes) {
      expect(secondsOf(period!)).toBeGreaterThan(defaultLimits.graceMs + closingMs());
    }
  });

  it("keeps Redis' log on a volume, synced every second, and lets nothing be evicted", () => {
    const { command, volumes } = services["redis"]!;
    const option = (name: string): string => command![command!.indexOf(`--${name}`) + 1]!;
    expect(["appendonly", "appendfsync", "maxmemory-policy"].map(option)).toEqual(["yes", "everysec", "noeviction"]);
    expect(volumes).toEqual(["redis:/data"]);
    expect(services["redis"]!.ports).toBeUndefined();
  });

  it("mounts files that exist", () => {
    const files = Object.values(services).flatMap(({ volumes = [] }) => volumes.filter((text) => text.startsWith(".")));
    expect(files.length).toBeGreaterThan(4);
    for (const mount of files) expect(existsSync(join(DEPLOY, "docker", mount.split(":")[0]!)), mount).toBe(true);
  });

  it("gives Prometheus a token that /metrics takes; without one it is refused", async () => {
    const secret = "a secret for the tests, long enough for HS256";
    const { stdout } = await run(process.execPath, [join(DEPLOY, "docker/metrics-token.ts")], {
      env: {
        PATH: process.env["PATH"],
        SLUICE_JWT_SECRET: secret,
        SLUICE_JWT_ISSUER: "us",
        SLUICE_JWT_AUDIENCE: "sluice",
      },
    });
    await using server = await liveServer({ authorize: jwt({ secret, issuer: "us", audience: "sluice" }) });
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${server.url}/metrics`, { headers })).status;
    expect(await status({})).toBe(401);
    expect(await status({ Authorization: `Bearer ${stdout}` })).toBe(200);
  });

  it("lets Prometheus scrape every node, with that token", () => {
    const { scrape_configs: jobs, rule_files: rules } = yamlOf<{
      scrape_configs: { job_name: string; authorization?: unknown; static_configs: { targets: string[] }[] }[];
      rule_files: string[];
    }>("docker/prometheus.yaml");
    const sluice = jobs.find((job) => job.job_name === "sluice")!;
    expect(sluice.static_configs[0]!.targets).toEqual(nodes.map(([name]) => `${name}:${only("EXPOSE")}`));
    expect(sluice.authorization).toEqual({ credentials_file: "/token/token" });
    expect(services["prometheus"]!.volumes!.some((mount) => mount.split(":")[1] === rules[0])).toBe(true);
  });
});

describe("the proxy", () => {
  it("asks /readyz of each node, and sends to the ports that they listen on", () => {
    expect(proxy).toMatch(/http-check send meth GET uri \/readyz /);
    const servers = Array.from(proxy.matchAll(/^ +server (\S+) (\S+)$/gm), ([, name, address]) => [name, address]);
    expect(servers).toEqual(nodes.map(([name]) => [name, `${name}:${only("EXPOSE")}`]));
  });

  it("keeps sockets and streams open longer than the heartbeats, and asks another node where one refuses", () => {
    for (const timeout of ["client", "server", "tunnel"]) expect(proxy).toMatch(new RegExp(`timeout ${timeout} 1h`));
    expect(proxy).toMatch(/retry-on .*503/);
    expect(proxy).toContain("option redispatch");
    expect(proxy).toContain("http-request disable-l7-retry unless METH_GET");
    expect(proxy).not.toMatch(/\b(cookie|stick-table|balance source|http-buffer-request)\b/);
  });

  it("shows nobody the metrics", () => {
    expect(proxy).toContain("http-request return status 404 if { path /metrics }");
  });
});
