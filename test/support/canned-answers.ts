import { Readable } from "node:stream";
import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { HttpResponse } from "@smithy/core/protocols";
import { fromUtf8, toUtf8 } from "@smithy/core/serde";
import type { ProgressEvent } from "../../src/protocol/events.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { bedrock } from "../../src/source/bedrock.ts";
import type { ModelAnswer } from "../../src/source.ts";

const codec = new EventStreamCodec(toUtf8, fromUtf8);

/** What a client needs, whoever answers it. */
export const CREDENTIALS = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  maxAttempts: 1,
} as const;

/** Headers of a message, as the SDK's codec takes them. */
export type Headers = Parameters<EventStreamCodec["encode"]>[0]["headers"];

/** One message with right checksums; `name` goes under the header that fits the type. */
export function frame(type: string, name: string, payload: string | Uint8Array, extra?: Headers): Uint8Array {
  const headers: Headers = {
    ":message-type": { type: "string", value: type },
    ...extra,
    [type === "error" ? ":error-code" : `:${type}-type`]: { type: "string", value: name },
  };
  return codec.encode({ headers, body: typeof payload === "string" ? fromUtf8(payload) : payload });
}

/** The frame of an event. */
export function event(name: string, payload: JsonObject): Uint8Array {
  return frame("event", name, JSON.stringify(payload));
}

/** A response that is there before it is asked for. */
export interface Canned {
  readonly body: () => unknown;
  readonly status?: number;
  readonly headers?: Record<string, string>;
}

/** A client with a request handler of the user's own, which brings these bytes. */
export function clientOf({ body, status = 200, headers }: Canned): BedrockRuntimeClient {
  const response = (): HttpResponse =>
    new HttpResponse({
      statusCode: status,
      headers: headers ?? { "content-type": "application/vnd.amazon.eventstream" },
      body: body(),
    });
  return new BedrockRuntimeClient({
    ...CREDENTIALS,
    requestHandler: { handle: async () => ({ response: response() }) },
  });
}

/** The same, with a body that comes in these pieces. */
export function clientOfPieces(pieces: readonly Uint8Array[]): BedrockRuntimeClient {
  return clientOf({ body: () => Readable.from(pieces.map((piece) => Buffer.from(piece))) });
}

/** What came of one answer. */
export interface Reading {
  readonly events: readonly ProgressEvent[];
  readonly answer?: ModelAnswer;
  readonly error?: Error;
}

/** Reads an answer through our source. */
export async function readBySource(client: BedrockRuntimeClient): Promise<Reading> {
  const source = bedrock({ modelId: "m", client, maxAttempts: 1 });
  const stream = source.stream({
    messages: [{ role: "user", content: "Hello" }],
    signal: new AbortController().signal,
  });
  const events: ProgressEvent[] = [];
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done === true) return { events, answer: next.value };
      events.push(...[next.value].flat());
    }
  } catch (error) {
    return { events, error: error as Error };
  }
}
