import type { Context } from "hono";
import { SluiceError } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { RestTransport } from "../../transport/rest.ts";
import { type OpenOutput, eventStream } from "./event-stream.ts";
import { type Exchange, jsonBody, respond } from "./exchange.ts";
import { wants } from "./frame-dialect.ts";

/** `POST /{app}/{route}`: a run, answered as an event stream, at its end, or at once (PROTOCOL.md section 7). */
export async function postRun(
  c: Context,
  exchange: Exchange,
  route: string,
  openOutput: OpenOutput,
  cors: Record<string, string>,
): Promise<Response> {
  const { engine, gateway } = exchange;
  if (!Object.hasOwn(gateway.routes, route)) throw new SluiceError("unknown_action", "There is no such route.");
  const body = await jsonBody(c, engine.limits.maxBodyBytes);
  const key = c.req.header("idempotency-key");
  const message: JsonObject = { ...body, action: route, ...(key !== undefined && { requestId: key }) };
  if (wants(c, "text/event-stream")) return eventStream(c, exchange, message, openOutput, cors);
  const transport = new RestTransport(gateway.dialect, /\brespond-async\b/i.test(c.req.header("prefer") ?? ""));
  const connection = exchange.connect(transport, gateway.dialect, Number.POSITIVE_INFINITY);
  c.req.raw.signal.addEventListener("abort", () => transport.close(CLIENT_GONE, "the client is gone"));
  void connection.handle(message);
  try {
    return respond(c, await transport.answer);
  } finally {
    connection.gone();
  }
}

/** RFC 6455 section 7.4.1: the endpoint is going away. */
const CLIENT_GONE = 1001;
