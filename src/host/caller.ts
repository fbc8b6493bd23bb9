import type { Clock } from "../clock.ts";
import type { Gateway } from "../gateway.ts";
import { type Caller, type Credentials, type Principal, isOver, placeCaller } from "../principal.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { Tickets } from "../tickets.ts";

const MAX_SESSION = 128;

/** Finds out who is asking: by the app's authorizer, or anonymous with the session that the client holds (law 9). */
export async function callerOf(
  app: string,
  gateway: Gateway,
  credentials: Credentials,
  connectionId: string,
  clock: Clock,
): Promise<Caller> {
  if (gateway.authorize !== undefined) {
    const principal = known(await gateway.authorize(credentials), clock.now());
    return traced(placeCaller(app, principal, undefined, connectionId), credentials);
  }
  const session = credentials.header("sluice-session") ?? credentials.query.get("session") ?? undefined;
  if (session !== undefined && (session.length > MAX_SESSION || !session.isWellFormed())) {
    throw new SluiceError("bad_request", `A session is well-formed text of at most ${MAX_SESSION} characters.`);
  }
  return traced(placeCaller(app, undefined, session === "" ? undefined : session, connectionId), credentials);
}

/** With the span that its request names. */
function traced(caller: Caller, { header }: Credentials): Caller {
  const traceparent = header("traceparent");
  return traceparent === undefined ? caller : { ...caller, traceparent };
}

/** The caller whom a one-time ticket brings; `unauthorized` where it brings nobody. */
export async function ticketHolder(
  tickets: Tickets,
  app: string,
  ticket: string,
  connectionId: string,
  clock: Clock,
): Promise<Caller> {
  return placeCaller(app, known(await tickets.redeem(app, ticket), clock.now()), undefined, connectionId);
}

/** The principal that an authorizer gave; `unauthorized` where it gave none, or one whose time is over. */
export function known(principal: Principal | undefined, now: number): Principal {
  if (principal === undefined || principal.id === "" || isOver(principal, now)) {
    throw new SluiceError("unauthorized", "A valid token is needed.");
  }
  return principal;
}

/** The token of an Authorization header, if it bears one. */
export function bearerToken(authorization: string | undefined): { token?: string } {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return token === undefined ? {} : { token };
}
