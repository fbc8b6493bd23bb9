import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { nativeDialect } from "../../dialect/native.ts";
import type { Engine } from "../../engine.ts";
import { randomId } from "../../ids.ts";
import type { Caller } from "../../principal.ts";
import { SluiceError, toSluiceError } from "../../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../../protocol/frames.ts";
import { WebSocketTransport } from "../../transport/websocket.ts";
import { admit, type UpgradeRequest } from "../admission.ts";
import type { Defence } from "../http/defence.ts";
import { isLoopbackAddress } from "./doorman.ts";
import type { UpgradeListener } from "./http-server.ts";
import type { Links } from "./links.ts";
import { refuse } from "./refusal.ts";

interface UpgradeParts {
  readonly engine: Engine;
  readonly defence: Defence;
  readonly links: Links;
  readonly accepting: () => boolean;
}

/** Turns an HTTP upgrade into a connection, or refuses it with an HTTP status (PROTOCOL.md section 5.1). */
export function upgrades(parts: UpgradeParts): UpgradeListener {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: parts.engine.limits.maxMessageBytes,
    handleProtocols: (offered) => (offered.has(NATIVE_SUBPROTOCOL) ? NATIVE_SUBPROTOCOL : false),
  });
  server.on("wsClientError", (thrown, socket) =>
    refuse(socket, new SluiceError("bad_request", `${thrown.message}.`), {
      headers: { "Sec-WebSocket-Version": "13" },
    }),
  );
  return (request, socket, head) => {
    const ignore = (): void => {};
    socket.on("error", ignore);
    receive(parts, request, socket)
      .then((admitted) => {
        socket.off("error", ignore);
        server.handleUpgrade(request, socket, head, (ws) => connect(parts, admitted, ws, socket));
      })
      .catch((thrown: unknown) => refuse(socket, toSluiceError(thrown)));
  };
}

interface Admitted {
  readonly id: string;
  readonly caller: Caller;
}

async function receive(
  { engine, defence, accepting }: UpgradeParts,
  request: IncomingMessage,
  socket: Duplex,
): Promise<Admitted> {
  const { host, origin } = request.headers;
  defence.check({ host, origin });
  const { remoteAddress = "" } = request.socket;
  if (!isLoopbackAddress(remoteAddress)) await engine.steward.attempt(remoteAddress);
  const url = URL.parse(request.url ?? "/", "http://localhost");
  if (url === null) throw new SluiceError("bad_request", "The request's target is no URL.");
  const app = url.pathname.replace(/^\//, "").replace(/\/$/, "");
  const upgrade: UpgradeRequest = { header: (name) => headerText(request, name), query: url.searchParams };
  const id = randomId();
  const caller = await admit(engine, app, upgrade, id);
  const leave = await engine.steward.connect(caller, id);
  if (socket.destroyed) leave();
  else socket.once("close", leave);
  // Whoever names the caller may take his time: by now the server may be closing.
  if (!accepting()) throw new SluiceError("interrupted", "The server is shutting down.");
  return { id, caller };
}

function connect({ engine, links }: UpgradeParts, { id, caller }: Admitted, ws: WebSocket, socket: Duplex): void {
  const { limits } = engine;
  const transport = new WebSocketTransport(ws, socket, limits);
  const connection = engine.accept({
    id,
    caller,
    transport,
    maxFrameBytes: limits.maxOutboundFrameBytes,
    ...(ws.protocol === NATIVE_SUBPROTOCOL && { dialect: nativeDialect }),
  });
  transport.listen(connection);
  links.add(ws, socket as Socket, transport, connection);
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
