import { timingSafeEqual } from "node:crypto";
import type { Gateway } from "../../gateway.ts";
import type { Job } from "../../launcher.ts";
import { Defence } from "../http/defence.ts";
import { compose } from "./compose.ts";
import type { Composition, LambdaOptions } from "./composition.ts";
import { type LambdaContext, isAuthorizerEvent, isScheduledEvent, isSocketEvent } from "./events.ts";
import { isHttpEvent, requestOf, resultOf } from "./http-event.ts";
import { httpFront } from "./http-front.ts";
import { SocketEvents } from "./socket-events.ts";
import { type StreamingRuntime, streamingHandler } from "./streaming.ts";
import { sweep, work } from "./worker.ts";

/** A function's entry, as Lambda calls it. */
export type LambdaHandler = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** The functions of one deployment. Each may be a bundle of its own, made from its own maker below. */
export interface LambdaFunctions {
  /** WebSocket events, the authorizer of `$connect`, and HTTP where nothing needs to stream; answers at once. */
  readonly handler: LambdaHandler;
  /** HTTP with response streaming: REST, event streams, long polls, uploads. */
  readonly http: unknown;
  /** Invoked asynchronously, without retries, for up to 15 minutes; and by a schedule, to sweep. */
  readonly worker: LambdaHandler;
}

/** These systems as Lambda functions behind API Gateway. Nothing is opened before the first event. */
export function lambda(gateways: Readonly<Record<string, Gateway>>, options: LambdaOptions): LambdaFunctions {
  return {
    handler: messageHandler(gateways, options),
    http: httpHandler(gateways, options),
    worker: workerHandler(gateways, options),
  };
}

/** The function behind the routes of a WebSocket API, and behind its authorizer. */
export function messageHandler(gateways: Readonly<Record<string, Gateway>>, options: LambdaOptions): LambdaHandler {
  const open = once(async () => {
    const parts = await compose(gateways, options, true);
    const defence = defenceOf(options);
    return { parts, events: new SocketEvents(parts, defence, options.callbackUrl), front: httpFront(parts, defence) };
  });
  return async (event, context) => {
    const { parts, events, front } = await open();
    return reported(parts, async () => {
      if (isAuthorizerEvent(event)) return events.authorize(event);
      if (isSocketEvent(event)) return events.handle(event, context);
      if (isHttpEvent(event)) {
        const request = requestOf(event);
        return resultOf(refusal(request, options) ?? (await front.fetch(request)));
      }
      throw new Error("The event comes neither from a WebSocket API, nor from its authorizer, nor from HTTP.");
    });
  };
}

/** The function behind a Function URL, or a REST API's proxy integration, with response streaming. */
export function httpHandler(gateways: Readonly<Record<string, Gateway>>, options: LambdaOptions): unknown {
  const runtime = (globalThis as { awslambda?: StreamingRuntime }).awslambda;
  // Outside of Lambda's runtime there is nothing to stream to; the other functions can be used all the same.
  if (typeof runtime?.streamifyResponse !== "function") return notStreaming;
  const open = once(async () => {
    const parts = await compose(gateways, options, true);
    return { parts, front: httpFront(parts, defenceOf(options)) };
  });
  const fetch = async (request: Request): Promise<Response> =>
    refusal(request, options) ?? (await open()).front.fetch(request);
  const answer = streamingHandler(runtime, fetch);
  return runtime.streamifyResponse(async (event, output, context) => {
    const { parts } = await open();
    await reported(parts, () => answer(event, output, context));
  });
}

/** The function that runs the routes. */
export function workerHandler(gateways: Readonly<Record<string, Gateway>>, options: LambdaOptions): LambdaHandler {
  const open = once(() => compose(gateways, options, false));
  return async (event, context) => {
    const parts = await open();
    return reported(parts, () =>
      isScheduledEvent(event) ? sweep(parts, context) : work(parts, event as Job, context),
    );
  };
}

/** The answer to a request that did not come by way of whoever stands in front. */
function refusal({ headers }: Request, { originSecret }: LambdaOptions): Response | undefined {
  if (originSecret === undefined) return undefined;
  const [given, wanted] = [Buffer.from(headers.get("x-sluice-origin-secret") ?? ""), Buffer.from(originSecret)];
  // Compared in a time that says nothing of the secret.
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return undefined;
  const body = { type: "error", code: "forbidden", message: "This address is not for you." };
  return Response.json(body, { status: 403 });
}

async function notStreaming(): Promise<never> {
  throw new Error("This function needs Lambda's runtime for Node, with response streaming.");
}

function defenceOf({ origins = [] }: LambdaOptions): Defence {
  return new Defence(origins, { anyHost: true });
}

/** What was used is recorded, and what was counted is told, before the event ends: after that its process stands still. */
async function reported<Result>({ engine, cloudWatch }: Composition, handle: () => Promise<Result>): Promise<Result> {
  try {
    return await handle();
  } finally {
    await Promise.all([engine.ledger.settled(), engine.steward.settled()]);
    cloudWatch.flush();
  }
}

/** Opens once; where that fails, the next event tries again. */
function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () =>
    (opened ??= open().catch((thrown: unknown) => {
      opened = undefined;
      throw thrown;
    }));
}
