import type { Context } from "hono";
import { SluiceError } from "../../protocol/errors.ts";
import type { StreamState } from "../../protocol/events.ts";
import { errorAnswer } from "../../transport/rest.ts";
import { PollTransport } from "../../transport/poll.ts";
import { type OpenOutput, eventStream } from "./event-stream.ts";
import { type Exchange, jsonBody, respond } from "./exchange.ts";
import { frameDialect, wants } from "./frame-dialect.ts";

/** `GET /{app}/streams`: the caller's streams. */
export async function listStreams(c: Context, exchange: Exchange): Promise<Response> {
  const { state, cursor } = c.req.query();
  return json(c, 200, await exchange.engine.catalog.list(exchange.caller, { state, cursor }));
}

/** `GET /{app}/streams/{streamId}`: followed, polled, or its state. */
export async function getStream(
  c: Context,
  exchange: Exchange,
  streamId: string,
  openOutput: OpenOutput,
  cors: Record<string, string>,
): Promise<Response> {
  const wait = c.req.query("wait");
  if (wait !== undefined) return pollStream(c, exchange, streamId, wait);
  if (wants(c, "text/event-stream") && c.req.method === "GET") {
    const offset = c.req.header("last-event-id") || c.req.query("offset");
    const message = { action: "resume", streamId, ...(offset !== undefined && { offset }) };
    return eventStream(c, exchange, message, openOutput, cors);
  }
  const { catalog } = exchange.engine;
  return json(c, 200, await catalog.describe(await catalog.owned(exchange.caller, streamId)));
}

/** `POST /{app}/streams/{streamId}/cancel`: 202, or 200 where it had ended already. */
export async function cancelStream(c: Context, exchange: Exchange, streamId: string): Promise<Response> {
  const { catalog } = exchange.engine;
  const head = await catalog.cancel(exchange.caller, streamId);
  return json(c, head.state === "running" ? 202 : 200, await catalog.describe(head));
}

/** `POST /{app}/streams/{streamId}/delivery`: what a viewer saw; 204. */
export async function reportDelivery(c: Context, exchange: Exchange, streamId: string): Promise<Response> {
  const { engine, caller } = exchange;
  await engine.deliveryReports.report(caller, streamId, await jsonBody(c, engine.limits.maxBodyBytes));
  return c.body(null, 204);
}

/** `DELETE /{app}/streams/{streamId}`: 204. */
export async function eraseStream(c: Context, exchange: Exchange, streamId: string): Promise<Response> {
  await exchange.engine.catalog.erase(exchange.caller, streamId);
  return c.body(null, 204);
}

async function pollStream(c: Context, exchange: Exchange, streamId: string, wait: string): Promise<Response> {
  const { clock, limits } = exchange.engine;
  if (!/^\d+$/.test(wait)) throw new SluiceError("bad_request", '"wait" must be a number of seconds.');
  const waitMs = Math.min(Number(wait) * 1000, limits.maxWaitMs);
  const offset = c.req.query("offset");
  const transport = new PollTransport(limits.pollBytes);
  const connection = exchange.connect(transport, frameDialect(c, exchange.gateway), limits.maxOutboundFrameBytes);
  await connection.handle({ action: "resume", streamId, ...(offset !== undefined && { offset }) });
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const stopWaiting = clock.after(waitMs, resolve);
  c.req.raw.signal.addEventListener("abort", () => resolve());
  await Promise.race([transport.ready, late]);
  stopWaiting();
  connection.gone();
  const poll = transport.take();
  if (poll.error !== undefined) return respond(c, errorAnswer(poll.error.error, poll.error.json));
  const state = poll.ended === "before" ? await stateOf(exchange, streamId) : (poll.ended ?? "running");
  const place = JSON.stringify(poll.offset ?? offset ?? "");
  const text = `{"frames":[${poll.frames.join(",")}],"offset":${place},"state":"${state}"}`;
  return respond(c, { status: 200, json: text });
}

async function stateOf(exchange: Exchange, streamId: string): Promise<StreamState> {
  return (await exchange.engine.catalog.owned(exchange.caller, streamId)).state;
}

function json(c: Context, status: number, value: unknown): Response {
  return respond(c, { status, json: JSON.stringify(value) });
}
