import type { Engine } from "../engine.ts";
import type { Caller, Credentials } from "../principal.ts";
import { NATIVE_SUBPROTOCOL } from "../protocol/frames.ts";
import { bearerToken, callerOf, ticketHolder } from "./caller.ts";

/** What a WebSocket's upgrade request brings. */
export interface UpgradeRequest {
  readonly header: (name: string) => string | undefined;
  readonly query: URLSearchParams;
}

const BEARER = "bearer.";

/** Finds out who asks for a WebSocket: by token, by one-time ticket, or anonymous (PROTOCOL.md section 5.1). */
export async function admit(engine: Engine, app: string, request: UpgradeRequest, id: string): Promise<Caller> {
  const gateway = engine.gateway(app);
  const credentials: Credentials = {
    ...bearerToken(request.header("authorization")),
    ...offeredToken(request),
    ...request,
  };
  const ticket = request.query.get("ticket");
  const byTicket = ticket !== null && gateway.authorize !== undefined && credentials.token === undefined;
  return byTicket
    ? ticketHolder(engine.tickets, app, ticket, id, engine.clock)
    : callerOf(app, gateway, credentials, id, engine.clock);
}

/** Whether the client offers the subprotocol of the native dialect. */
export function offersNative(request: UpgradeRequest): boolean {
  return offered(request).includes(NATIVE_SUBPROTOCOL);
}

/** A browser cannot set headers on a WebSocket: its token travels as a subprotocol that is never echoed. */
function offeredToken(request: UpgradeRequest): { token?: string } {
  const bearer = offered(request).find((name) => name.startsWith(BEARER));
  return bearer === undefined ? {} : { token: bearer.slice(BEARER.length) };
}

function offered({ header }: UpgradeRequest): string[] {
  return (header("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
}
