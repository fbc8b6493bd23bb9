import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

/** What the figures were taken on, in one paragraph. */
export function machine(): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return (
    `${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${memory} GiB, ` +
    `Linux ${release()}, load before it ${loadavg()[0]!.toFixed(1)}; Node ${process.versions.node}, ${versions().join(", ")}, Redis ${redisVersion()}.`
  );
}

function versions(): string[] {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  return Object.entries(manifest.dependencies)
    .filter(([name]) => name !== "sluice")
    .map(([name, version]) => `${name} ${version}`);
}

function redisVersion(): string {
  const { stdout } = spawnSync("redis-server", ["--version"], { encoding: "utf8" });
  return /v=(\S+)/.exec(stdout ?? "")?.[1] ?? "not found";
}
