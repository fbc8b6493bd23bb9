import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { WebSocketApi } from "sluice/emulator";
import { isLoopbackHost } from "sluice/node";

/** What stands behind the one address. */
export interface FrontParts {
  /** One WebSocket API for each system, by its stage. */
  readonly apis: Readonly<Record<string, WebSocketApi>>;
  /** The function behind the HTTP addresses of the systems. */
  readonly http: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Pages and `/config.json`. */
  readonly pages: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface Front {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * One server that plays API Gateway, the Function URL and CloudFront: requests go to the system that their first path segment
 * names. Like AWS's own edge it answers to its own host names alone.
 */
export async function startFront(parts: FrontParts, port: number): Promise<Front> {
  const server = createServer((request, response) => {
    const api = apiFor(parts, request);
    if (!isLoopbackHost(request.headers.host ?? "")) refuse(response, 403);
    else if (api?.handle(request, response) === true) return;
    else if (isCallback(request)) refuse(response, 403);
    else if (api === undefined) parts.pages(request, response);
    else void parts.http(request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const api = apiFor(parts, request);
    if (api === undefined || !isLoopbackHost(request.headers.host ?? "")) {
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    } else api.upgrade(request, socket, head);
  });
  await listening(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all(Object.values(parts.apis).map((api) => api.close()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function apiFor({ apis }: FrontParts, { url = "/" }: IncomingMessage): WebSocketApi | undefined {
  const stage = /^\/+([^/?]*)/.exec(url)?.[1] ?? "";
  return Object.hasOwn(apis, stage) ? apis[stage] : undefined;
}

function isCallback({ url = "/" }: IncomingMessage): boolean {
  return /^\/+[^/?]+\/+(@|%40)connections\//i.test(url);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end('{"message":"Forbidden"}');
}

function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}
