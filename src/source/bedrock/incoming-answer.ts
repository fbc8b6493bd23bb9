import type { Readable } from "node:stream";
import type { ProgressEvent } from "../../protocol/events.ts";
import { AnswerReader } from "./answer-reader.ts";
import { EventStreamDecoder } from "./event-stream.ts";

/** Bytes that may wait for whoever asks before the sender has to. */
const MAX_WAITING_BYTES = 64 * 1024;

/**
 * Reads a response's body as it comes, and hands over what came in since the last time: one promise for a read, however many
 * events it holds. Where nobody asks, the sender is held up.
 */
export class IncomingAnswer {
  readonly reader: AnswerReader = new AnswerReader();
  readonly #body: Readable;
  readonly #decoder: EventStreamDecoder;
  #events: ProgressEvent[] = [];
  #waitingBytes = 0;
  #ended = false;
  #error: unknown;
  #wake: (() => void) | undefined;

  constructor(body: Readable) {
    this.#body = body;
    this.#decoder = new EventStreamDecoder((label, payload) => {
      const event = this.reader.take(label, payload);
      if (event !== undefined) this.#events.push(event);
    });
    // The listeners stay for good: what is aborted may still fail.
    body.on("data", this.#onData);
    body.on("error", (error) => this.#end(error));
    body.on("end", this.#onEnd);
    body.on("close", this.#onEnd);
    if (body.destroyed) this.#end(body.errored ?? new Error("The response was closed before it was read."));
  }

  /** The events that came in, perhaps none; undefined at the end. Throws what broke, once the events before it are handed over. */
  async next(): Promise<readonly ProgressEvent[] | undefined> {
    if (this.#waitingBytes === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#waitingBytes > 0) {
      const events = this.#events;
      this.#events = [];
      this.#waitingBytes = 0;
      if (this.#body.isPaused()) this.#body.resume();
      return events;
    }
    if (this.#error !== undefined) throw this.#error;
    return undefined;
  }

  /** Ends it here and now: what waits is dropped. */
  stop(): void {
    this.#waitingBytes = 0;
    this.#end();
    this.#body.destroy();
  }

  readonly #onData = (piece: Uint8Array): void => {
    if (this.#ended) return;
    this.#waitingBytes += piece.length;
    try {
      this.#decoder.push(piece);
    } catch (thrown) {
      this.#end(thrown);
      this.#body.destroy();
      return;
    }
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.#body.pause();
    this.#wake?.();
  };

  /** Also where the body is closed without an end. */
  readonly #onEnd = (): void => {
    if (this.#ended) return;
    try {
      this.#decoder.end();
      this.#end();
    } catch (thrown) {
      this.#end(thrown);
    }
  };

  #end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#wake?.();
  }
}
