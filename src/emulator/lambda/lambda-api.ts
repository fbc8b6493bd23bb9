import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { bodyOf } from "./body.ts";
import { FunctionError } from "./function.ts";
import type { LocalFunction } from "./local-function.ts";

/** The functions that may be invoked, by name. */
export type LocalFunctions = Readonly<Record<string, LocalFunction>>;

const PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;
const MOST_BYTES = 6 * 1024 * 1024;

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
export async function startLambdaApi(options: {
  readonly functions: LocalFunctions;
  readonly port?: number;
}): Promise<AsyncDisposable & { readonly url: string; close(): Promise<void> }> {
  const server = createServer(lambdaApi(options.functions));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close, [Symbol.asyncDispose]: close };
}

async function answer(functions: LocalFunctions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const asked = PATH.exec(pathname)?.[1];
  const body = await bodyOf(request, MOST_BYTES);
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
