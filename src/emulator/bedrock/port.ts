import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server, type Http2Session } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { Http1Wire } from "./http1-wire.ts";
import { Http2Wire } from "./http2-wire.ts";
import type { Wire } from "./wire.ts";

export interface Port {
  readonly port: number;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** HTTP/2's preface begins so (RFC 9113 section 3.4), and no HTTP/1.1 method does. */
const HTTP2 = "PRI";

/** Listens for HTTP/1.1 and for HTTP/2 with prior knowledge on one port: the SDK's default handler speaks the latter. */
export async function listen(host: string, port: number, onRequest: (wire: Wire) => void): Promise<Port> {
  const http1 = createHttp1Server((request, response) => onRequest(new Http1Wire(request, response)));
  const http2 = createHttp2Server();
  const sessionSockets = new WeakMap<Http2Session, Socket>();
  http2.on("sessionError", () => {});
  http2.on("stream", (stream, headers) => {
    const socket = stream.session && sessionSockets.get(stream.session);
    if (socket) onRequest(new Http2Wire(stream, headers, socket));
  });

  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    onPreface(socket, (preface) => {
      if (preface !== HTTP2) return void http1.emit("connection", socket);
      // `emit` makes the session before it returns.
      http2.once("session", (session) => sessionSockets.set(session, socket));
      http2.emit("connection", socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Looks at a connection's first three bytes and puts them back. */
function onPreface(socket: Socket, callback: (preface: string) => void): void {
  const look = (): void => {
    const bytes = socket.read(HTTP2.length) as Buffer | null;
    if (bytes === null) return void socket.once("readable", look);
    socket.unshift(bytes);
    callback(bytes.toString("latin1"));
  };
  socket.once("readable", look);
}
