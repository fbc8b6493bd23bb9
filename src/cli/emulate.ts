import { dirname } from "node:path";
import { type StartedWebSocketApi, startWebSocketApi, WEB_SOCKET_API_LIMITS } from "../emulator/api-gateway/index.ts";
import { type LocalFunction, localFunction } from "../emulator/lambda/local-function.ts";
import type { EmulateOptions } from "./emulate-options.ts";
import { type Handler, nameOf } from "./handler.ts";
import { lineLogger } from "./line-logger.ts";
import { UsageError } from "./usage-error.ts";
import { watchFiles } from "./watch-files.ts";

/** Runs the emulator until it is closed; rejects with a `UsageError` where it cannot begin. */
export async function emulate(options: EmulateOptions): Promise<AsyncDisposable> {
  const functions = new Functions();
  const api = await start(options, functions);
  // In time: no environment begins before somebody has connected.
  functions.environment["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] = api.callbackUrl;
  process.stdout.write(`WebSocket  ${api.url}\nCallback   ${api.callbackUrl}\n`);
  const watching = options.watch
    ? watchFiles(functions.folders(), (path) => {
        functions.reload();
        process.stdout.write(`Loaded anew: ${path} has changed.\n`);
      })
    : undefined;
  return {
    async [Symbol.asyncDispose]() {
      watching?.close();
      // First the API: `$disconnect` is still to be answered.
      await api.close();
      await functions.close();
    },
  };
}

async function start(options: EmulateOptions, functions: Functions): Promise<StartedWebSocketApi> {
  const { port, stage, selection, authorizer, identitySources } = options;
  const { idleMs = WEB_SOCKET_API_LIMITS.idleMs, maxAgeMs = WEB_SOCKET_API_LIMITS.maxAgeMs } = options;
  const routes = Object.entries(options.routes).map(
    ([key, { handler, twoWay }]) => [key, { function: functions.of(handler), twoWay }] as const,
  );
  try {
    return await startWebSocketApi({
      port,
      stage,
      routes: Object.fromEntries(routes),
      region: functions.environment["AWS_REGION"]!,
      limits: { idleMs, maxAgeMs },
      logger: lineLogger((line) => void process.stderr.write(`${line}\n`)),
      ...(selection !== undefined && { selection }),
      ...(authorizer !== undefined && { authorizer: { function: functions.of(authorizer), identitySources } }),
    });
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new UsageError(`Port ${port} is in use; name another with --port.`);
    if (code === "EACCES") throw new UsageError(`This user may not listen on port ${port}; name another with --port.`);
    throw thrown instanceof TypeError ? new UsageError(message) : thrown;
  }
}

/** A function's timeout is its owner's choice; this is the longest that Lambda offers. */
const LONGEST_MS = 15 * 60_000;

/** The functions of an API, one for each handler. */
class Functions {
  /** What handlers find in `process.env`: this process's own variables, and what tells the SDK that it is at home. */
  readonly environment: Record<string, string> = {
    ...(process.env as Record<string, string>),
    AWS_REGION: process.env["AWS_REGION"] ?? "us-east-1",
  };
  readonly #functions = new Map<string, { readonly handler: Handler; readonly function: LocalFunction }>();

  of(handler: Handler): LocalFunction {
    const key = `${handler.path}#${handler.export}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known.function;
    const made = localFunction({
      name: nameOf(handler),
      path: handler.path,
      export: handler.export,
      environment: this.environment,
      timeoutMs: LONGEST_MS,
    });
    this.#functions.set(key, { handler, function: made });
    return made;
  }

  folders(): string[] {
    return Array.from(this.#functions.values(), ({ handler }) => dirname(handler.path));
  }

  reload(): void {
    for (const { function: each } of this.#functions.values()) each.reload();
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#functions.values(), ({ function: each }) => each.close()));
  }
}
