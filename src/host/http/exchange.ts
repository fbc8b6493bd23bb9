import type { Context } from "hono";
import type { Connection } from "../../connection.ts";
import type { Dialect } from "../../dialect.ts";
import type { Engine } from "../../engine.ts";
import type { Gateway } from "../../gateway.ts";
import { randomId } from "../../ids.ts";
import type { Caller } from "../../principal.ts";
import { decodeMessage } from "../../protocol/codec.ts";
import { SluiceError, toSluiceError } from "../../protocol/errors.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { Transport } from "../../transport.ts";
import { type RestAnswer, errorAnswer } from "../../transport/rest.ts";
import { bearerToken, callerOf } from "../caller.ts";
import { errorDialect } from "./frame-dialect.ts";

/** One HTTP request to an app: who asks, in which app. */
export class Exchange {
  readonly engine: Engine;
  readonly gateway: Gateway;
  readonly caller: Caller;
  readonly #id: string;

  private constructor(engine: Engine, gateway: Gateway, caller: Caller, id: string) {
    this.engine = engine;
    this.gateway = gateway;
    this.caller = caller;
    this.#id = id;
  }

  /** Names the caller; throws `unauthorized` or `forbidden`, and `rate_limited` where it asks too often. */
  static async begin(engine: Engine, app: string, c: Context): Promise<Exchange> {
    const gateway = engine.gateway(app);
    const id = randomId();
    const credentials = {
      ...bearerToken(c.req.header("authorization")),
      header: (name: string) => c.req.header(name),
      query: new URL(c.req.url).searchParams,
    };
    const caller = await callerOf(app, gateway, credentials, id, engine.clock);
    engine.steward.message(caller);
    return new Exchange(engine, gateway, caller, id);
  }

  /** Takes a place for a link that lasts; gives the way to leave it. Throws `rate_limited` where there is none. */
  hold(): Promise<() => void> {
    return this.engine.steward.connect(this.caller, this.#id);
  }

  /** Opens a connection for this request alone (the gateway's one entry). */
  connect(transport: Transport, dialect: Dialect, maxFrameBytes: number): Connection {
    return this.engine.accept({ id: this.#id, caller: this.caller, transport, dialect, maxFrameBytes });
  }
}

/** An HTTP answer of JSON text. */
export function respond(c: Context, answer: RestAnswer): Response {
  return c.body(answer.json, answer.status as 200, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    ...answer.headers,
  });
}

/** The HTTP answer for anything thrown, in the dialect that the client reads. */
export function respondError(c: Context, thrown: unknown, gateway: Gateway | undefined, streamId?: string): Response {
  const error = toSluiceError(thrown);
  const { code, message } = error;
  const body: JsonObject =
    gateway === undefined ? { type: "error", code, message } : errorDialect(c, gateway).error(error);
  if (error.code === "unauthorized") c.header("WWW-Authenticate", "Bearer");
  return respond(c, errorAnswer(error, JSON.stringify({ ...body, ...(streamId !== undefined && { streamId }) })));
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** The request's JSON object; a body of another content type is `unsupported_media_type`. */
export async function jsonBody(c: Context, maxBytes: number): Promise<JsonObject> {
  const contentType = c.req.header("content-type");
  if (contentType !== undefined && !JSON_TYPE.test(contentType)) throw notJson();
  const text = await boundedText(c, maxBytes);
  if (text !== "" && contentType === undefined) throw notJson();
  return decodeMessage(text);
}

async function boundedText(c: Context, maxBytes: number): Promise<string> {
  if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of c.req.raw.body ?? []) {
      size += part.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      parts.push(part);
    }
  } catch (thrown) {
    if (thrown instanceof SluiceError) throw thrown;
    throw new SluiceError("bad_request", "The body broke off.");
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(whole);
  } catch {
    throw new SluiceError("bad_request", "The body is not UTF-8.");
  }
}

function notJson(): SluiceError {
  return new SluiceError("unsupported_media_type", "The body must be application/json.");
}

function tooLarge(maxBytes: number): SluiceError {
  return new SluiceError("payload_too_large", `The body may hold ${maxBytes} bytes at most.`);
}
