import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { WebSocketIdentity } from "./events.ts";

/** What events tell of an upgrade request. */
export interface RequestDetails {
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly hasQuery: boolean;
  readonly queryStringParameters: Record<string, string>;
  readonly multiValueQueryStringParameters: Record<string, string[]>;
  readonly identity: WebSocketIdentity;
  readonly host: string;
}

/** They mean the link, not the request; API Gateway does not hand them on, or writes its own. */
const OWN = ["connection", "upgrade", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"];

export function detailsOf(request: IncomingMessage, now: number): RequestDetails {
  const { socket } = request;
  const sourceIp = (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
  const before = request.headers["x-forwarded-for"];
  const multiValueHeaders = gathered([
    ...headersOf(request),
    ["X-Amzn-Trace-Id", traceId(now)],
    ["X-Forwarded-For", before === undefined ? sourceIp : `${String(before)}, ${sourceIp}`],
    ["X-Forwarded-Port", String(socket.localPort ?? "")],
    ["X-Forwarded-Proto", "encrypted" in socket ? "https" : "http"],
  ]);
  const query = /\?(.*)/s.exec(request.url ?? "")?.[1] ?? "";
  const multiValueQueryStringParameters = gathered(new URLSearchParams(query));
  const userAgent = request.headers["user-agent"];
  return {
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    hasQuery: query !== "",
    queryStringParameters: lastOf(multiValueQueryStringParameters),
    multiValueQueryStringParameters,
    identity: { ...(userAgent !== undefined && { userAgent }), sourceIp },
    host: request.headers.host ?? "localhost",
  };
}

function headersOf({ rawHeaders }: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (!OWN.includes(name.toLowerCase())) pairs.push([name, rawHeaders[index + 1]!]);
  }
  return pairs;
}

function gathered(pairs: Iterable<[string, string]>): Record<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const list = lists.get(name);
    if (list === undefined) lists.set(name, [value]);
    else list.push(value);
  }
  return Object.fromEntries(lists);
}

function lastOf(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.at(-1)!]));
}

/** In the form of X-Ray: the time in seconds, and 96 random bits. */
function traceId(now: number): string {
  return `Root=1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString("hex")}`;
}
