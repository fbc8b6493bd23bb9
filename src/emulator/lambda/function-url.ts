import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyOf } from "./body.ts";
import type { LambdaFunction, ResponseMetadata, ResponseSink } from "./function.ts";
import { MOST_SYNCHRONOUS } from "./quotas.ts";

export interface FunctionUrlOptions {
  /** `RESPONSE_STREAM` for handlers made with `streamifyResponse`; default `BUFFERED`. */
  readonly mode?: "BUFFERED" | "RESPONSE_STREAM";
}

const TEXT = /^(text\/|application\/([\w.+-]+\+)?(json|xml|javascript|x-www-form-urlencoded))/i;

/** A function behind a Function URL (payload format 2.0): gives what answers its HTTP requests. */
export function functionUrl(
  called: LambdaFunction,
  { mode = "BUFFERED" }: FunctionUrlOptions = {},
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const body = await bodyOf(request, MOST_SYNCHRONOUS);
      if (body === undefined) return refuse(response, 413, "Request Too Long");
      const event = eventOf(request, body);
      if (mode === "RESPONSE_STREAM") await called.invokeStreaming(event, sinkTo(response));
      else send(response, await called.invoke(event));
      response.end();
    } catch {
      if (response.headersSent) response.destroy();
      else refuse(response, 502, "Internal Server Error");
    }
  };
}

function sinkTo(response: ServerResponse): ResponseSink {
  const begin = ({ statusCode, headers = {}, cookies = [] }: ResponseMetadata): void => {
    response.statusCode = statusCode;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (cookies.length > 0) response.setHeader("set-cookie", [...cookies]);
    response.flushHeaders();
  };
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  return {
    begin,
    gone: gone.signal,
    async write(bytes) {
      if (response.destroyed) throw new Error("The client is gone.");
      // A handler that says nothing of status and headers means these.
      if (!response.headersSent) begin({ statusCode: 200, headers: { "content-type": "application/octet-stream" } });
      if (response.write(bytes)) return;
      const settled = new AbortController();
      const { signal } = settled;
      await Promise.race([once(response, "drain", { signal }), once(response, "close", { signal })]).finally(() => {
        settled.abort();
      });
    },
  };
}

/** A buffered result; whatever is not of its form is the body itself. */
function send(response: ServerResponse, result: unknown): void {
  const {
    statusCode,
    headers = {},
    cookies = [],
    body = "",
    isBase64Encoded,
  } = (result ?? {}) as Record<string, never>;
  if (typeof statusCode !== "number") {
    response.setHeader("content-type", "application/json");
    response.write(JSON.stringify(result) ?? "");
    return;
  }
  response.statusCode = statusCode;
  for (const [name, value] of Object.entries(headers as Record<string, string>)) response.setHeader(name, value);
  if ((cookies as string[]).length > 0) response.setHeader("set-cookie", cookies);
  if (body !== "") response.write(Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8"));
}

function eventOf(request: IncomingMessage, body: Buffer): object {
  const { method = "GET", url = "/", httpVersion, socket } = request;
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  const { cookie, ...others } = request.headers;
  const headers = Object.fromEntries(
    Object.entries(others).map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : value]),
  );
  const isText = body.length === 0 || TEXT.test(request.headers["content-type"] ?? "");
  const now = Date.now();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query < 0 ? "" : url.slice(query + 1),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    requestContext: {
      accountId: "anonymous",
      apiId: "local",
      domainName: request.headers.host,
      domainPrefix: "local",
      http: {
        method,
        path,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: socket.remoteAddress ?? "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: "$default",
      stage: "$default",
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    ...(body.length > 0 && { body: body.toString(isText ? "utf8" : "base64") }),
    isBase64Encoded: !isText,
  };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ Message: message }));
}
