import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Json, JsonObject } from "../protocol/json.ts";

/** A part of an answer, or what goes wrong in its place; what follows a fault is not asked for. */
export type OpenAiPiece =
  | { readonly text: string }
  | { readonly toolUse: { readonly id: string; readonly name: string; readonly input: Json } }
  /** The arguments as they are, be they JSON or not. */
  | { readonly toolUse: { readonly id: string; readonly name: string; readonly raw: string } }
  /** The finish reason, in place of the one that fits the answer. */
  | { readonly finish: string }
  /** An error inside the stream. */
  | { readonly error: JsonObject }
  | { readonly fault: OpenAiFault };

/** `cut`: the connection breaks. `end`: the response ends as if all were well. `stall`: nothing more is sent. */
export type OpenAiFault = "cut" | "end" | "stall";

/** An answer that is none. */
export interface OpenAiRefusal {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Plays the model: makes an answer out of the request's body. */
export type OpenAiModel = (
  body: JsonObject,
) => string | OpenAiRefusal | Iterable<OpenAiPiece> | AsyncIterable<OpenAiPiece>;

export interface OpenAiCall {
  readonly body: JsonObject;
  readonly authorization: string | undefined;
  /** `aborted`: the client went away before the answer ended. */
  readonly ended: Promise<"finished" | "aborted">;
}

export interface OpenAiEndpoint {
  /** What OPENAI_BASE_URL is set to. */
  readonly url: string;
  readonly calls: readonly OpenAiCall[];
  nextCall(): Promise<OpenAiCall>;
  close(): Promise<void>;
}

/** Chat Completions on loopback, streamed as server-sent events (OpenAI API reference, "Streaming"). */
export async function startOpenAiEndpoint(model: OpenAiModel): Promise<OpenAiEndpoint> {
  const calls: OpenAiCall[] = [];
  let expected = Promise.withResolvers<OpenAiCall>();
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      const ended = new Promise<"finished" | "aborted">((resolve) => {
        response.once("close", () => resolve(response.writableFinished ? "finished" : "aborted"));
      });
      const call = { body, authorization: request.headers.authorization, ended };
      calls.push(call);
      expected.resolve(call);
      expected = Promise.withResolvers();
      await answer(response, model(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    nextCall: () => expected.promise,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return JSON.parse(Buffer.concat(pieces).toString()) as JsonObject;
}

async function answer(response: ServerResponse, made: ReturnType<OpenAiModel>): Promise<void> {
  if (typeof made === "object" && "status" in made) {
    response.writeHead(made.status, { "content-type": "application/json", ...made.headers });
    response.end(JSON.stringify({ error: { message: made.message, type: "error", param: null, code: null } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  const send = (value: JsonObject): void => void response.write(`data: ${JSON.stringify(value)}\n\n`);
  let finish = "stop";
  let tools = 0;
  send(chunk({ role: "assistant", content: "" }));
  for await (const piece of typeof made === "string" ? [{ text: made }] : made) {
    if ("fault" in piece) return fail(response, piece.fault);
    if ("finish" in piece) finish = piece.finish;
    if ("error" in piece) send({ error: piece.error });
    if ("text" in piece) send(chunk({ content: piece.text }));
    if ("toolUse" in piece) {
      const { toolUse } = piece;
      finish = "tool_calls";
      const index = tools++;
      const input = "raw" in toolUse ? toolUse.raw : JSON.stringify(toolUse.input);
      const middle = Math.ceil(input.length / 2);
      const named = { index, id: toolUse.id, type: "function", function: { name: toolUse.name, arguments: "" } };
      send(chunk({ tool_calls: [named] }));
      // The arguments come in pieces, as from the real one.
      for (const part of [input.slice(0, middle), input.slice(middle)]) {
        send(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
      }
    }
  }
  send(chunk({}, finish));
  send({ ...chunk({}), choices: [], usage: { prompt_tokens: 4, completion_tokens: 2, total_tokens: 6 } });
  response.end("data: [DONE]\n\n");
}

function fail(response: ServerResponse, fault: OpenAiFault): void {
  if (fault === "end") response.end();
  // What was written before has to arrive.
  if (fault === "cut") setImmediate(() => response.socket?.destroySoon());
}

function chunk(delta: JsonObject, finish: string | null = null): JsonObject {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "test", choices };
}
