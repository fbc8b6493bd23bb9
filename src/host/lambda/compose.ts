import { type Clock, systemClock } from "../../clock.ts";
import { Engine } from "../../engine.ts";
import { type Gateway, guarded } from "../../gateway.ts";
import { localHub } from "../../hub/local.ts";
import type { Job } from "../../launcher.ts";
import { type Limits, defaultLimits } from "../../limits.ts";
import { silentLogger } from "../../logger.ts";
import { recordsQuotas } from "../../quotas/records.ts";
import type { Source } from "../../source.ts";
import { cloudWatch } from "../../telemetry/cloudwatch.ts";
import type { Composition, LambdaOptions } from "./composition.ts";
import { Connections } from "./connections.ts";
import { releaseViewers } from "./orphans.ts";
import { Posts } from "./posts.ts";
import { workerLauncher } from "./worker-launcher.ts";

/**
 * What of a stream goes out in one post is merged whenever there is more than one event, into pieces that stay below the 32 KB
 * that API Gateway counts as one message, escapes and all.
 */
const LAMBDA_LIMITS: Partial<Limits> = {
  mergeAbove: 1,
  // To count costs calls of the table: who wants it says so.
  concurrentRuns: Number.POSITIVE_INFINITY,
  mergedBytes: 22 * 1024,
  tailBytes: 256 * 1024,
  maxBodyBytes: 900 * 1024,
};

/** Each commit costs a write, and each that a viewer sees a post: so long is gathered for one. */
const COALESCE_MS = 100;

/** How often a worker looks for cancels and newcomers while its model is silent (law 6: within 500 ms). */
const LOOK_MS = 300;

/** Opens the engine of one function; `launches`: it hands its runs to the worker. */
export async function compose(
  gateways: Readonly<Record<string, Gateway>>,
  options: LambdaOptions,
  launches: boolean,
): Promise<Composition> {
  const { clock = waitingClock, logger = silentLogger, coalesceMs = COALESCE_MS } = options;
  const backend = await options.store();
  const source = launches ? noModel : await options.source();
  const inherited: Job[] = [];
  const engine = new Engine({
    gateways: guarded(gateways, options.authorize),
    store: backend.store,
    records: backend.records,
    blobs: backend.blobs,
    hub: localHub(),
    clock,
    logger,
    limits: { ...defaultLimits, ...LAMBDA_LIMITS, lookMs: LOOK_MS, commitEveryMs: coalesceMs, ...options.limits },
    source: typeof source === "function" ? source : () => source,
    quotas: backend.quotas ?? recordsQuotas(backend.records, clock, logger),
    ...(options.allowances !== undefined && { allowances: options.allowances }),
    launcher: launches ? workerLauncher(options.worker) : { launch: async (job) => void inherited.push(job) },
    interrupted: (head, epoch) =>
      releaseViewers(parts, head, epoch).catch((thrown: unknown) => {
        logger.error({ err: thrown, streamId: head.streamId }, "the viewers of a dead run cannot be released");
      }),
  });
  const figures = cloudWatch(engine.metrics);
  const parts: Composition = {
    engine,
    roster: backend.roster,
    connections: new Connections(backend.records, clock),
    posts: new Posts(clock, logger, (ms) => figures.streamingLatency(ms)),
    cloudWatch: figures,
    inherited,
  };
  return parts;
}

/** The machine's clock; but what waits for it keeps a function's process going. */
const waitingClock: Clock = {
  ...systemClock,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

const noModel: Source = {
  modelId: "none",
  stream() {
    throw new Error("This function runs no routes.");
  },
};
