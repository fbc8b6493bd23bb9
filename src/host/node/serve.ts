import type { Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { RequestError, getRequestListener } from "@hono/node-server";
import type { Allowances } from "../../steward/allowance.ts";
import type { Backend } from "../../backend.ts";
import { type Clock, systemClock } from "../../clock.ts";
import { Engine } from "../../engine.ts";
import { type Gateway, guarded } from "../../gateway.ts";
import { localHub } from "../../hub/local.ts";
import { type Limits, defaultLimits } from "../../limits.ts";
import { type Logger, silentLogger } from "../../logger.ts";
import { OPERATIONS } from "../../operations/operations.ts";
import type { Authorize } from "../../principal.ts";
import { SluiceError, toSluiceError } from "../../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../../protocol/frames.ts";
import { memoryQuotas } from "../../quotas/memory.ts";
import type { Source } from "../../source.ts";
import type { Tracing } from "../../tracing.ts";
import { prometheusMetrics } from "../../telemetry/prometheus.ts";
import { httpApp } from "../http/app.ts";
import { Defence } from "../http/defence.ts";
import { Answers } from "./answers.ts";
import { Doorman } from "./doorman.ts";
import { httpServer } from "./http-server.ts";
import { Links } from "./links.ts";
import { noModel, operationsMount } from "./operations-mount.ts";
import { nodeOutput } from "./output.ts";
import { pagesFrom } from "./pages.ts";
import { closeOnSignals } from "./signals.ts";
import { Stalls } from "./stalls.ts";
import { upgrades } from "./upgrade.ts";

export interface ServeOptions {
  /** Where streams, records and uploads are kept: `sqlite("./data/sluice.db")`, `memory()`. */
  readonly store: Backend | Promise<Backend>;
  /** The model that answers, for all apps or for each. */
  readonly source: Source | ((app: string) => Source);
  /** Who may use the systems that have no authorizer of their own, and who may read the metrics; absent: anybody. */
  readonly authorize?: Authorize;
  /** 8787 by default; 0 takes any free port. */
  readonly port?: number;
  /** 127.0.0.1 by default. */
  readonly host?: string;
  /** Listen beyond loopback although an app has no authorizer. */
  readonly allowAnonymous?: boolean;
  /** Foreign origins whose pages may use this server, like `https://app.example.com`. */
  readonly origins?: readonly string[];
  /** Folder of pages for `/`. */
  readonly pages?: string;
  /**
   * Offers the operator's side at `/operations`: who runs what, what each stream holds, who follows it. Shown to principals whose claim
   * `roles` holds "operator", as this authorizer or else `authorize` above names them. Where there is neither, and no system has one
   * of its own, it is offered on loopback only, to anybody.
   */
  readonly operations?: true | { readonly authorize?: Authorize };
  /** Goes into `/config.json` beside the addresses. */
  readonly features?: Readonly<Record<string, unknown>>;
  /** Close gracefully on SIGTERM and SIGINT, then end the process; true by default. */
  readonly signals?: boolean;
  readonly limits?: Partial<Limits>;
  /** What principals, tenants and addresses may use. */
  readonly allowances?: Allowances;
  readonly logger?: Logger;
  /** Is told of runs and model calls: `openTelemetry()`. */
  readonly tracing?: Tracing;
  readonly clock?: Clock;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly engine: Engine;
  /** Takes nothing new, gives running runs their grace time, tells viewers to reconnect (1012), closes the store. */
  close(): Promise<void>;
}

const DEFAULT_PORT = 8787;
const LOOPBACK = "127.0.0.1";
const LOOPBACK_HOSTS = [LOOPBACK, "::1", "localhost"];
const CLOSE_WAIT_MS = 2000;

/** Serves these systems from one Node process, each at its own first path segment. */
export async function serve(systems: Readonly<Record<string, Gateway>>, options: ServeOptions): Promise<Server> {
  const backend = await options.store;
  try {
    const gateways = guarded(systems, options.authorize);
    refuseOpenDoor(gateways, options);
    if (options.operations !== undefined && Object.hasOwn(gateways, OPERATIONS)) {
      throw new Error(`"${OPERATIONS}" is the operator's side; the system of that name needs another one.`);
    }
    return await open(gateways, options, backend);
  } catch (thrown) {
    await backend.close();
    throw thrown;
  }
}

async function open(
  gateways: Readonly<Record<string, Gateway>>,
  options: ServeOptions,
  backend: Backend,
): Promise<Server> {
  const { source, host = LOOPBACK, clock = systemClock } = options;
  const limits = { ...defaultLimits, ...backend.limits, ...options.limits };
  const hub = localHub();
  const sourceOf = typeof source === "function" ? source : (): Source => source;
  const mount = operationsMount(options, gateways, LOOPBACK_HOSTS.includes(host), clock, () => engine.inspection!);
  const all = { ...gateways, ...mount };
  const hasOperations = Object.hasOwn(mount, OPERATIONS);
  const engine: Engine = new Engine({
    gateways: all,
    ...(hasOperations && { inspectedBy: OPERATIONS }),
    store: backend.store,
    records: backend.records,
    blobs: backend.blobs,
    hub,
    ...(backend.bus !== undefined && { bus: backend.bus }),
    clock,
    logger: options.logger ?? silentLogger,
    ...(options.tracing !== undefined && { tracing: options.tracing }),
    limits,
    quotas: backend.quotas ?? memoryQuotas(clock),
    ...(options.allowances !== undefined && { allowances: options.allowances }),
    source: (app) => (hasOperations && app === OPERATIONS ? noModel : sourceOf(app)),
  });
  let accepting = true;
  const defence = new Defence(options.origins ?? []);
  const stalls = new Stalls(clock, limits);
  const links = new Links(clock, limits, stalls);
  const app = httpApp({
    engine,
    defence,
    openOutput: nodeOutput,
    metrics: prometheusMetrics(engine.metrics),
    ready: () => accepting,
    config: () => ({
      apps: addresses(Object.keys(gateways)),
      subprotocol: NATIVE_SUBPROTOCOL,
      operations: hasOperations,
      authentication: Object.values(all).some(({ authorize }) => authorize !== undefined),
      ...options.features,
    }),
    ...(options.authorize !== undefined && { authorize: options.authorize }),
    ...(options.pages !== undefined && { page: pagesFrom(options.pages) }),
  });
  const http = httpServer({
    limits,
    stalls,
    doorman: new Doorman(limits, clock, engine.logger),
    request: getRequestListener(app.fetch, { errorHandler: (thrown) => unanswered(engine, thrown) }),
    upgrade: upgrades({ engine, defence, links, accepting: () => accepting }),
  });
  const answers = new Answers(http);
  const port = await begin(engine, http, options.port ?? DEFAULT_PORT, host).catch(async (thrown: unknown) => {
    stalls.stop();
    await links.closeAll(0);
    throw thrown;
  });

  const shutDown = async (): Promise<void> => {
    accepting = false;
    // Where others serve the same streams, viewers go on there while their runs end here.
    if (backend.bus === undefined) links.closeIdle();
    else await links.closeAll(CLOSE_WAIT_MS);
    const { promise: late, resolve: giveUp } = Promise.withResolvers<void>();
    const stopWaiting = clock.after(limits.graceMs + CLOSE_WAIT_MS, giveUp);
    await Promise.race([engine.drain(limits.graceMs), late]);
    stopWaiting();
    await links.closeAll(CLOSE_WAIT_MS);
    stalls.stop();
    // What was answered within the grace time is still on its way to slow clients.
    const stopCutting = clock.after(CLOSE_WAIT_MS, () => http.closeAllConnections());
    await answers.settled();
    await new Promise<void>((resolve) => http.close(() => resolve()));
    stopCutting();
    await hub.close();
    await backend.close();
    await options.tracing?.close();
  };
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= shutDown());
  if (options.signals ?? true) closeOnSignals(close);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    engine,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The answer where the HTTP app was not reached, or gave none: to a `Host` or a target that make no URL. */
function unanswered(engine: Engine, thrown: unknown): Response {
  const unreadable = thrown instanceof RequestError;
  if (!unreadable) engine.logger.error({ err: thrown }, "a request was not answered");
  const error = unreadable ? new SluiceError("bad_request", "The request's target is no URL.") : toSluiceError(thrown);
  return Response.json({ type: "error", code: error.code, message: error.message }, { status: error.status });
}

/** Where each app is, relative to `/config.json`. */
function addresses(apps: readonly string[]): Record<string, { httpUrl: string; wsUrl: string }> {
  return Object.fromEntries(apps.map((app) => [app, { httpUrl: `/${app}`, wsUrl: `/${app}` }]));
}

/** Anonymous systems are for this machine alone, unless somebody says otherwise. */
function refuseOpenDoor(
  gateways: Readonly<Record<string, Gateway>>,
  { host = LOOPBACK, allowAnonymous = false }: ServeOptions,
): void {
  if (allowAnonymous || LOOPBACK_HOSTS.includes(host)) return;
  const open = Object.keys(gateways).filter((name) => gateways[name]!.authorize === undefined);
  if (open.length === 0) return;
  throw new Error(
    `Without authentication (${open.join(", ")}) the server listens on loopback only; ` +
      `set allowAnonymous (SLUICE_ALLOW_ANONYMOUS=1) to listen on ${host}.`,
  );
}

/** Puts in order what a former process left, then listens; gives the port. */
async function begin(engine: Engine, http: HttpServer, port: number, host: string): Promise<number> {
  await engine.start();
  try {
    return await listen(http, port, host);
  } catch (thrown) {
    await engine.drain(0);
    throw thrown;
  }
}

function listen(http: HttpServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      resolve((http.address() as AddressInfo).port);
    });
  });
}
