import type { Context } from "hono";
import { SluiceError } from "../../protocol/errors.ts";
import { type Exchange, respond } from "./exchange.ts";

/** `POST /{app}/tickets`: a one-time ticket for `?ticket=` on the WebSocket (PROTOCOL.md section 7.5). */
export async function issueTicket(c: Context, { engine, caller }: Exchange): Promise<Response> {
  const { app, principal } = caller;
  if (principal === undefined)
    throw new SluiceError("not_found", "Where everybody is anonymous, there are no tickets.");
  const ticket = await engine.tickets.issue(app, principal);
  return respond(c, { status: 201, json: JSON.stringify({ ticket }) });
}
