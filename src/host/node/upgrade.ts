import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { nativeDialect } from "../../dialect/native.ts";
import type { Engine } from "../../engine.ts";
import { randomId } from "../../ids.ts";
import type { Caller, Credentials } from "../../principal.ts";
import { SluiceError, toSluiceError } from "../../protocol/errors.ts";
import { NATIVE_SUBPROTOCOL } from "../../protocol/frames.ts";
import { WebSocketTransport } from "../../transport/websocket.ts";
import { bearerToken, callerOf, ticketHolder } from "../caller.ts";
import type { Defence } from "../http/defence.ts";
import type { UpgradeListener } from "./http-server.ts";
import type { Links } from "./links.ts";
import { refuse } from "./refusal.ts";

interface UpgradeParts {
  readonly engine: Engine;
  readonly defence: Defence;
  readonly links: Links;
  readonly accepting: () => boolean;
}

const BEARER = "bearer.";

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
    admit(parts, request)
      .then((caller) => {
        socket.off("error", ignore);
        server.handleUpgrade(request, socket, head, (ws) => connect(parts, caller, ws, socket));
      })
      .catch((thrown: unknown) => refuse(socket, toSluiceError(thrown)));
  };
}

interface Admitted {
  readonly id: string;
  readonly caller: Caller;
}

async function admit({ engine, defence, accepting }: UpgradeParts, request: IncomingMessage): Promise<Admitted> {
  const { host, origin, authorization } = request.headers;
  defence.check({ host, origin });
  const url = URL.parse(request.url ?? "/", "http://localhost");
  if (url === null) throw new SluiceError("bad_request", "The request's target is no URL.");
  const app = url.pathname.replace(/^\//, "").replace(/\/$/, "");
  const gateway = engine.gateway(app);
  if (!accepting()) throw new SluiceError("interrupted", "The server is shutting down.");
  const id = randomId();
  const credentials: Credentials = {
    ...bearerToken(authorization),
    ...offeredToken(request),
    header: (name: string) => headerText(request, name),
    query: url.searchParams,
  };
  const ticket = url.searchParams.get("ticket");
  const byTicket = ticket !== null && gateway.authorize !== undefined && credentials.token === undefined;
  const caller = byTicket
    ? await ticketHolder(engine.tickets, app, ticket, id)
    : await callerOf(app, gateway, credentials, id);
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

/** A browser cannot set headers on a WebSocket: its token travels as a subprotocol that is never echoed. */
function offeredToken(request: IncomingMessage): { token?: string } {
  const offered = (headerText(request, "sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  const bearer = offered.find((name) => name.startsWith(BEARER));
  return bearer === undefined ? {} : { token: bearer.slice(BEARER.length) };
}

function headerText(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(", ") : value;
}
