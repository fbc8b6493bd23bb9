import type { Context } from "hono";
import { ownData } from "../../context.ts";
import type { Endpoint } from "../../endpoint.ts";
import { type Exchange, jsonBody, respond } from "./exchange.ts";

/** Calls an app's own endpoint with what belongs to the caller. */
export async function callEndpoint(c: Context, exchange: Exchange, endpoint: Endpoint): Promise<Response> {
  const { engine, caller } = exchange;
  const takesBody = endpoint.method === "PUT" || endpoint.method === "POST";
  const answer = await endpoint.handle({
    ...ownData(engine, caller),
    params: c.req.param() as Record<string, string>,
    query: new URL(c.req.url).searchParams,
    body: takesBody ? await jsonBody(c, engine.limits.maxBodyBytes) : {},
  });
  if (answer.body === undefined) return c.body(null, answer.status as 204);
  return respond(c, { status: answer.status, json: JSON.stringify(answer.body) });
}
