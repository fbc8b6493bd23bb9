import type { Context } from "hono";
import { ownData } from "../../context.ts";
import type { Endpoint, EndpointAnswer } from "../../endpoint.ts";
import { SluiceError } from "../../protocol/errors.ts";
import { type Exchange, jsonBody, respond } from "./exchange.ts";

/** Calls an app's own endpoint with what belongs to the caller. */
export async function callEndpoint(c: Context, exchange: Exchange, endpoint: Endpoint): Promise<Response> {
  const answer = await answerOf(c, exchange, endpoint);
  if (answer.body === undefined) return c.body(null, answer.status as 204);
  return respond(c, { status: answer.status, json: JSON.stringify(answer.body) });
}

async function answerOf(c: Context, exchange: Exchange, endpoint: Endpoint): Promise<EndpointAnswer> {
  const { engine, caller } = exchange;
  const call = {
    ...ownData(engine, caller),
    params: c.req.param() as Record<string, string>,
    query: new URL(c.req.url).searchParams,
  };
  if (endpoint.takes === "bytes") {
    return endpoint.handle({ ...call, mediaType: mediaTypeOf(c), bytes: bytesOf(c.req.raw) });
  }
  const takesBody = endpoint.method === "PUT" || endpoint.method === "POST";
  return endpoint.handle({ ...call, body: takesBody ? await jsonBody(c, engine.limits.maxBodyBytes) : {} });
}

function mediaTypeOf(c: Context): string {
  return (c.req.header("content-type") ?? "").split(";", 1)[0]!.trim().toLowerCase();
}

/**
 * The body piece by piece. Who stops early lets go of the rest: once the answer is given, the host reads on for a moment,
 * so that the client gets it, and then closes the connection.
 */
async function* bytesOf(request: Request): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const reader = request.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokeOff);
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
  }
}

function brokeOff(thrown: unknown): never {
  throw new SluiceError("bad_request", "The body broke off.", { cause: thrown });
}
