import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { LambdaContext } from "./events.ts";
import { type HttpEvent, metadataOf, requestOf } from "./http-event.ts";

/** What Lambda's managed runtime for Node gives to functions that stream their answers. */
export interface StreamingRuntime {
  streamifyResponse(handler: StreamingHandler): unknown;
  readonly HttpResponseStream: { from(output: Writable, metadata: ReturnType<typeof metadataOf>): Writable };
}

export type StreamingHandler = (event: HttpEvent, output: Writable, context: LambdaContext) => Promise<void>;

/** Ends an open event stream so long before the function's time is over: its client comes back with its offset. */
const MARGIN_MS = 5000;

/** Answers HTTP events piece by piece; where the client goes, or the time is over, the rest of the answer is let go. */
export function streamingHandler(
  runtime: StreamingRuntime,
  fetch: (request: Request) => Promise<Response>,
): StreamingHandler {
  return async (event, raw, context) => {
    const response = await fetch(requestOf(event));
    const output = runtime.HttpResponseStream.from(raw, metadataOf(response));
    const reader = response.body?.getReader();
    const letGo = (): void => void reader?.cancel().catch(() => {});
    const timer = setTimeout(letGo, Math.max(0, context.getRemainingTimeInMillis() - MARGIN_MS));
    output.once("close", letGo);
    output.once("error", letGo);
    try {
      // Without a first byte the metadata would not go out.
      if (reader === undefined) output.write("");
      else await pump(reader, output);
      output.end();
      await finished(output).catch(() => {});
    } finally {
      clearTimeout(timer);
      letGo();
    }
  };
}

async function pump(reader: ReadableStreamDefaultReader<Uint8Array>, output: Writable): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done || output.destroyed) return;
    if (!output.write(value)) await free(output);
  }
}

/** Resolves when more may be written, or nobody takes it any more. */
function free(output: Writable): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      output.off("drain", over).off("close", over);
      resolve();
    };
    output.on("drain", over).on("close", over);
  });
}
