import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock, Logger } from "sluice";
import {
  type LocalFunction,
  type WebSocketApi,
  type WebSocketApiLimits,
  functionUrl,
  localFunction,
  startLambdaApi,
  startS3Emulator,
  webSocketApi,
} from "sluice/emulator";
import { startTable } from "./dynalite.ts";
import { startFront } from "./front.ts";

export interface AtHomeOptions {
  /** The systems; each is the stage of a WebSocket API. */
  readonly systems: readonly string[];
  /** Files of the three functions. */
  readonly code: { readonly handler: string; readonly http: string; readonly worker: string };
  /** Variables of all functions, beside those that say where everything is. */
  readonly environment: Readonly<Record<string, string>>;
  /** `$connect` has an authorizer. */
  readonly authorizer: boolean;
  readonly pages: (request: IncomingMessage, response: ServerResponse) => void;
  readonly port: number;
  readonly logger: Logger;
  /** What the functions print; to standard error by default, which is where a log belongs. */
  readonly output?: (line: string) => void;
  readonly limits?: Partial<WebSocketApiLimits>;
  /** Of the WebSocket APIs. */
  readonly clock?: Clock;
}

/** AWS on this machine. */
export interface AtHome extends AsyncDisposable {
  readonly port: number;
  readonly apis: Readonly<Record<string, WebSocketApi>>;
  readonly functions: Readonly<Record<"handler" | "http" | "worker", LocalFunction>>;
  close(): Promise<void>;
}

const TABLE = "sluice";
const BUCKET = "sluice-uploads";

/** As the schedule of deploy/aws. */
const SWEEP_MS = 60_000;

/** A laptop's threads are dearer than Lambda's environments: each of them takes this many events at a time. */
const CONCURRENCY = 256;

/** Seconds, as deploy/aws gives them. */
const TIMEOUTS = { handler: 29, http: 900, worker: 900 };

/**
 * Starts everything that deploy/aws makes, out of emulators: the functions as threads of this process, the table, the bucket,
 * and one address for the WebSocket APIs, the HTTP function and the pages.
 */
export async function startAtHome(options: AtHomeOptions): Promise<AtHome> {
  const { systems, code, environment, logger, output = toStandardError } = options;
  const table = await startTable(TABLE);
  const s3 = await startS3Emulator({ buckets: [BUCKET] });
  const variables: Record<string, string> = {};
  const made = (name: keyof typeof code): LocalFunction =>
    localFunction({
      name,
      path: code[name],
      environment: variables,
      concurrency: CONCURRENCY,
      maxEnvironments: 1,
      retries: 0,
      timeoutMs: TIMEOUTS[name] * 1000,
      execArgv: ["--conditions=sluice-source"],
      logger,
      output,
    });
  const functions = { handler: made("handler"), http: made("http"), worker: made("worker") };
  const lambda = await startLambdaApi({ functions: { worker: functions.worker } });
  const apis = Object.fromEntries(systems.map((stage) => [stage, apiOf(stage, functions.handler, options)]));
  const front = await startFront(
    { apis, http: functionUrl(functions.http, { mode: "RESPONSE_STREAM" }), pages: options.pages },
    options.port,
  );
  // Threads read them when they start, and none has started yet.
  Object.assign(variables, environment, {
    AWS_ENDPOINT_URL_DYNAMODB: table.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    SLUICE_STORE: `dynamodb:${TABLE}`,
    SLUICE_BLOBS: `s3:${BUCKET}`,
    SLUICE_WORKER: "worker",
    POWERTOOLS_SERVICE_NAME: "sluice",
    SLUICE_CALLBACK_URL: `http://127.0.0.1:${front.port}/{stage}`,
  });
  const sweeping = setInterval(() => void functions.worker.invokeLater({ source: "aws.events" }), SWEEP_MS);
  const close = async (): Promise<void> => {
    clearInterval(sweeping);
    await front.close();
    await Promise.all(Object.values(functions).map((fn) => fn.close()));
    await Promise.all([lambda.close(), table.close(), s3.close()]);
  };
  return { port: front.port, apis, functions, close, [Symbol.asyncDispose]: close };
}

function apiOf(
  stage: string,
  handler: LocalFunction,
  { authorizer, limits, clock, logger }: AtHomeOptions,
): WebSocketApi {
  return webSocketApi({
    stage,
    routes: { $connect: handler, $disconnect: handler, $default: handler },
    // A token may come in one of three places: API Gateway would refuse a connection that lacks any source in the list.
    ...(authorizer && { authorizer: { function: handler, identitySources: [] } }),
    ...(limits !== undefined && { limits }),
    ...(clock !== undefined && { clock }),
    logger,
  });
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
