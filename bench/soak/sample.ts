import { readdirSync, statSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Server } from "sluice/node";

/** What the soak asks of its server: a whole sample, or one without a collection first, which disturbs nobody. */
export type Question = "sample" | "glance";

/** The server at one moment. Sizes in bytes, times in milliseconds. */
export interface Sample {
  readonly rss: number;
  /** After garbage collection, except in a glance; `buffers` is what the heap's objects hold outside it. */
  readonly heap: number;
  readonly buffers: number;
  /** What keeps the process busy, counted by kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** Open file descriptors; -1 where the system does not say. */
  readonly descriptors: number;
  readonly running: number;
  readonly ended: { readonly complete: number; readonly error: number; readonly cancelled: number };
  readonly commits: number;
  readonly failedCommits: number;
  readonly events: number;
  readonly database: number;
  readonly log: number;
  /** Since the last sample or glance. */
  readonly delayP99: number;
  /** CPU time of the process since its start. */
  readonly cpu: number;
}

/** How often the loop's delay is looked at; the histogram counts it in. */
const RESOLUTION_MS = 10;

/** Takes samples of this process and its server. */
export class Sampler {
  readonly #server: Server;
  readonly #path: string;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  /** `path` is the database's. */
  constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
    this.#delay.enable();
  }

  take(question: Question): Sample {
    const delayP99 = Math.max(0, this.#delay.percentile(99) / 1e6 - RESOLUTION_MS);
    // Twice: what the first pass finalizes, the second frees.
    if (question === "sample") for (let pass = 0; pass < 2; pass += 1) globalThis.gc!();
    const { rss, heapUsed, external } = process.memoryUsage();
    const { metrics, runs } = this.#server.engine;
    const { user, system } = process.cpuUsage();
    const sample: Sample = {
      rss,
      heap: heapUsed,
      buffers: external,
      handles: counted(process.getActiveResourcesInfo()),
      descriptors: descriptors(),
      running: runs.running,
      ended: { ...metrics.runsEnded },
      commits: metrics.commits,
      failedCommits: metrics.failedCommits,
      events: metrics.events,
      database: sizeOf(this.#path),
      log: sizeOf(`${this.#path}-wal`),
      delayP99,
      cpu: (user + system) / 1e3,
    };
    // The collection's own pause is the soak's doing.
    this.#delay.reset();
    return sample;
  }
}

function counted(kinds: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function descriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return -1;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
