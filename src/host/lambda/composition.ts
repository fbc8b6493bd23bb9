import type { Allowances } from "../../steward/allowance.ts";
import type { Backend } from "../../backend.ts";
import type { Clock } from "../../clock.ts";
import type { Engine } from "../../engine.ts";
import type { Job } from "../../launcher.ts";
import type { Limits } from "../../limits.ts";
import type { Logger } from "../../logger.ts";
import type { Authorize } from "../../principal.ts";
import type { Roster } from "../../roster.ts";
import type { Source } from "../../source.ts";
import type { CloudWatch } from "../../telemetry/cloudwatch.ts";
import type { Connections } from "./connections.ts";
import type { Posts } from "./posts.ts";

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
  /** From one commit of a run to the next, and so from post to post, milliseconds, 100 by default: more makes fewer calls, and later words. */
  readonly coalesceMs?: number;
  readonly limits?: Partial<Limits>;
  /** What principals and tenants may use; what it does not name is not bounded, runs at once neither. */
  readonly allowances?: Allowances;
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
  /** Runs of dead workers that this function's event found and is to go on with itself. */
  readonly inherited: Job[];
}
