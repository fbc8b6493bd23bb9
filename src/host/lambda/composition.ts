import { systemClock, type Clock } from "../../clock.ts";
import type { Backend } from "../../backend.ts";
import { Engine } from "../../engine.ts";
import { type Gateway, guarded } from "../../gateway.ts";
import { localHub } from "../../hub/local.ts";
import { type Limits, defaultLimits } from "../../limits.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import type { Authorize } from "../../principal.ts";
import type { Roster } from "../../roster.ts";
import type { Source } from "../../source.ts";
import { type CloudWatch, cloudWatch } from "../../telemetry/cloudwatch.ts";
import { Connections } from "./connections.ts";
import { releaseViewers } from "./orphans.ts";
import { Posts } from "./posts.ts";
import { workerLauncher } from "./worker-launcher.ts";

/** A back end that several processes share, and that keeps whom to serve. */
export interface SharedBackend extends Backend {
  readonly roster: Roster;
}

export interface LambdaOptions {
  /** Where streams, records and uploads are kept: `dynamodb({ table })`. Opened with the first event. */
  readonly store: () => SharedBackend | Promise<SharedBackend>;
  /** The model that answers, for all apps or for each; opened by the worker alone. */
  readonly source: () => Promise<Source | ((app: string) => Source)>;
  /** Name or ARN of the worker function. */
  readonly worker: string;
  /** Who may use the systems that have no authorizer of their own; absent: anybody. */
  readonly authorize?: Authorize;
  /** Origins of the pages that may use these functions, like `https://app.example.com`. */
  readonly origins?: readonly string[];
  /**
   * Where frames are posted, like `https://ws.example.com/{stage}`; needed behind a custom domain, whose events name a stage that
   * need not be in its path. Absent: made from each event's domain name and stage.
   */
  readonly callbackUrl?: string;
  /** Required of each HTTP request as `X-Sluice-Origin-Secret`: a Function URL is open to everybody, its content network knows it. */
  readonly originSecret?: string;
  /** From one post to the next on a connection, milliseconds, 100 by default: more makes fewer calls, and later words. */
  readonly coalesceMs?: number;
  readonly limits?: Partial<Limits>;
  readonly logger?: Logger;
  readonly clock?: Clock;
}

/** What the functions of one deployment have in common. */
export interface Composition {
  readonly engine: Engine;
  readonly roster: Roster;
  readonly connections: Connections;
  readonly posts: Posts;
  readonly cloudWatch: CloudWatch;
}

/**
 * What of a stream goes out in one post is merged whenever there is more than one event, into pieces that stay below the 32 KB
 * that API Gateway counts as one message, escapes and all.
 */
const LAMBDA_LIMITS: Partial<Limits> = {
  mergeAbove: 1,
  mergedBytes: 22 * 1024,
  tailBytes: 256 * 1024,
  maxBodyBytes: 900 * 1024,
};

/** How often a worker looks for cancels and newcomers while its model is silent (law 6: within 500 ms). */
const LOOK_MS = 300;

/** Opens the engine of one function; `launches`: it hands its runs to the worker. */
export async function compose(
  gateways: Readonly<Record<string, Gateway>>,
  options: LambdaOptions,
  launches: boolean,
): Promise<Composition> {
  const { clock = waitingClock, logger = silentLogger } = options;
  const backend = await options.store();
  const source = launches ? noModel : await options.source();
  const engine = new Engine({
    gateways: guarded(gateways, options.authorize),
    store: backend.store,
    records: backend.records,
    blobs: backend.blobs,
    hub: localHub(),
    clock,
    logger,
    limits: { ...defaultLimits, ...LAMBDA_LIMITS, lookMs: LOOK_MS, ...options.limits },
    source: typeof source === "function" ? source : () => source,
    ...(launches && { launcher: workerLauncher(options.worker) }),
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

function noModel(): never {
  throw new Error("This function runs no routes.");
}
