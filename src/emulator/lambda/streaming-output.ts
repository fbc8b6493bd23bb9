import { Writable } from "node:stream";
import type { ResponseMetadata } from "./function.ts";

/** What the managed runtime for Node gives to functions that stream their answers. */
export interface StreamingGlobals {
  streamifyResponse(handler: unknown): unknown;
  readonly HttpResponseStream: { from(output: Writable, metadata: ResponseMetadata): Writable };
}

const STREAMING: unique symbol = Symbol.for("sluice.streaming-handler");

/** Whether the handler was made with `streamifyResponse`. */
export function isStreaming(handler: unknown): boolean {
  return typeof handler === "function" && STREAMING in handler;
}

/** The `awslambda` of this environment. */
export const streamingGlobals: StreamingGlobals = {
  streamifyResponse: (handler) => Object.assign(handler as object, { [STREAMING]: true }),
  HttpResponseStream: {
    from(output, metadata) {
      if (output instanceof StreamingOutput) output.begin(metadata);
      return output;
    },
  },
};

/** Where the pieces of one answer go. */
export interface OutputWire {
  metadata(metadata: ResponseMetadata): void;
  /** `taken` is called when the caller has taken them. */
  bytes(bytes: Uint8Array, taken: () => void): void;
}

/** The stream that a streaming handler writes to: full until its caller has taken what was written. */
export class StreamingOutput extends Writable {
  readonly #wire: OutputWire;

  constructor(wire: OutputWire) {
    super({ decodeStrings: true });
    this.#wire = wire;
  }

  begin(metadata: ResponseMetadata): void {
    this.#wire.metadata(metadata);
  }

  override _write(chunk: Buffer, _encoding: string, callback: () => void): void {
    if (chunk.length === 0) return callback();
    this.#wire.bytes(new Uint8Array(chunk), callback);
  }
}
