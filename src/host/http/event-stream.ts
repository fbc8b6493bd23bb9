import type { Context } from "hono";
import type { JsonObject } from "../../protocol/json.ts";
import { errorAnswer } from "../../transport/rest.ts";
import { type EventOutput, SseTransport } from "../../transport/sse.ts";
import { type Exchange, respond } from "./exchange.ts";
import { frameDialect } from "./frame-dialect.ts";

/** A response that the host lets us write piece by piece, past the web's own streams. */
export interface HostOutput extends EventOutput {
  onDrain(listener: () => void): void;
  /** The client is gone, or the response has ended; told once. */
  onGone(listener: () => void): void;
  /** What the HTTP app returns once the response was opened. */
  readonly response: Response;
}

/** How a host gives such a response, with these headers. */
export type OpenOutput = (c: Context, headers: Record<string, string>) => HostOutput;

const HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  Connection: "keep-alive",
  "X-Accel-Buffering": "no",
};

/** Answers a message with an event stream, or with the status that its first frame comes to. */
export async function eventStream(
  c: Context,
  exchange: Exchange,
  message: JsonObject,
  openOutput: OpenOutput,
  cors: Record<string, string>,
): Promise<Response> {
  const { engine } = exchange;
  const dialect = frameDialect(c, exchange.gateway);
  const leave = await exchange.hold();
  const output = openOutput(c, { ...HEADERS, ...cors });
  const transport = new SseTransport(output);
  const connection = exchange.connect(transport, dialect, engine.limits.maxOutboundFrameBytes);
  output.onDrain(() => {
    transport.drained();
    connection.drained();
  });
  const stopBeating = beat(transport, exchange);
  output.onGone(() => {
    stopBeating();
    connection.gone();
    leave();
  });
  void connection.handle(message).then(() => transport.open());
  const start = await transport.started;
  if (start.kind === "streaming") return output.response;
  stopBeating();
  connection.gone();
  leave();
  return start.kind === "nothing" ? c.body(null, 204) : respond(c, errorAnswer(start.error, start.json));
}

/** Heartbeats until the returned function is called. */
function beat(transport: SseTransport, { engine }: Exchange): () => void {
  const { clock, limits } = engine;
  let stop = (): void => {};
  const next = (): void => {
    stop = clock.after(limits.heartbeatMs, () => {
      transport.heartbeat();
      next();
    });
  };
  next();
  return () => stop();
}
