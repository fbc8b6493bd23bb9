import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type LoopbackServer, serveOnLoopback } from "../loopback.ts";
import { bodyOf } from "./body.ts";
import { FunctionError } from "./function.ts";
import type { LocalFunction } from "./local-function.ts";
import { MOST_SYNCHRONOUS } from "./quotas.ts";

/** The functions that may be invoked, by name. */
export type LocalFunctions = Readonly<Record<string, LocalFunction>>;

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Lambda's `Invoke` (Lambda API reference) for functions on this machine, as the SDK's own client calls it. */
export function lambdaApi(functions: LocalFunctions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    response.setHeader("x-amzn-requestid", randomUUID());
    void answer(functions, request, response).catch((thrown: unknown) => {
      if (!response.headersSent) refuse(response, 500, "ServiceException", String(thrown));
    });
  };
}

/** Serves `lambdaApi` on loopback, on any free port by default. */
export function startLambdaApi(options: {
  readonly functions: LocalFunctions;
  readonly port?: number;
}): Promise<LoopbackServer> {
  return serveOnLoopback(lambdaApi(options.functions), options.port);
}

async function answer(functions: LocalFunctions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const asked = PATH.exec(pathname)?.[1];
  const body = await bodyOf(request, MOST_SYNCHRONOUS);
  if (asked === undefined || request.method !== "POST") {
    return refuse(response, 404, "ResourceNotFoundException", "There is no such operation here.");
  }
  const name = decodeURIComponent(asked).split(":function:").at(-1)!;
  if (!Object.hasOwn(functions, name)) {
    return refuse(response, 404, "ResourceNotFoundException", `Function not found: ${name}`);
  }
  if (body === undefined) return refuse(response, 413, "RequestTooLargeException", "The payload is too large.");
  let event: unknown;
  try {
    event = body.length === 0 ? {} : JSON.parse(body.toString("utf8"));
  } catch {
    return refuse(response, 400, "InvalidRequestContentException", "Could not parse request body into json.");
  }
  await invoke(functions[name]!, request.headers["x-amz-invocation-type"] ?? "RequestResponse", event, response);
}

async function invoke(
  called: LocalFunction,
  type: string | readonly string[],
  event: unknown,
  response: ServerResponse,
): Promise<void> {
  if (type === "DryRun") return void response.writeHead(204).end();
  try {
    if (type === "Event") {
      await called.invokeLater(event);
      response.writeHead(202).end();
      return;
    }
    const result = await called.invoke(event);
    response.writeHead(200, { "Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST" });
    response.end(JSON.stringify(result) ?? "null");
  } catch (thrown) {
    if (!(thrown instanceof FunctionError)) throw thrown;
    const { errorType, message } = thrown;
    if (errorType === "RequestTooLargeException") return refuse(response, 413, errorType, message);
    response.writeHead(200, { "Content-Type": "application/json", "X-Amz-Function-Error": "Unhandled" });
    response.end(JSON.stringify({ errorType, errorMessage: message }));
  }
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { "Content-Type": "application/json", "x-amzn-errortype": type });
  response.end(JSON.stringify({ Type: "User", Message: message }));
}
