import { type ProgressEvent, textDelta } from "../protocol/events.ts";
import type { ModelAnswer, ModelRequest, Source } from "../source.ts";

/** One request that a scripted source received; the test plays the model. */
export interface ScriptedCall {
  readonly request: ModelRequest;
  /** Sends text, or any event, to whoever asked. */
  push(...pieces: readonly (string | ProgressEvent)[]): void;
  /** The answer is complete. */
  end(): void;
  /** The model fails. */
  fail(error: Error): void;
  /** Resolves when the request was aborted or its reader has left. */
  readonly stopped: Promise<void>;
}

/** A source whose answers a test writes piece by piece. */
export class ScriptedSource implements Source {
  readonly modelId = "scripted";
  readonly calls: ScriptedCall[] = [];
  #expected = Promise.withResolvers<void>();
  #taken = 0;

  /** The next call, in the order in which they come. */
  async next(): Promise<ScriptedCall> {
    while (this.calls.length <= this.#taken) await this.#expected.promise;
    this.#taken += 1;
    return this.calls[this.#taken - 1]!;
  }

  async *stream(request: ModelRequest): AsyncGenerator<ProgressEvent, ModelAnswer, void> {
    const script = new Script(request);
    this.calls.push(script);
    this.#expected.resolve();
    this.#expected = Promise.withResolvers<void>();
    let text = "";
    try {
      for (;;) {
        const event = await script.take();
        if (event === undefined) return { text, modelId: this.modelId, stopReason: "end_turn" };
        if (event.type === "text-delta") text += event.text;
        yield event;
      }
    } finally {
      script.stop();
    }
  }
}

class Script implements ScriptedCall {
  readonly request: ModelRequest;
  readonly #queue: ProgressEvent[] = [];
  readonly #stopped = Promise.withResolvers<void>();
  #more = Promise.withResolvers<void>();
  #ended = false;
  #error: Error | undefined;

  constructor(request: ModelRequest) {
    this.request = request;
    request.signal.addEventListener("abort", () => {
      this.#error ??= request.signal.reason as Error;
      this.#more.resolve();
    });
  }

  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  push(...pieces: readonly (string | ProgressEvent)[]): void {
    this.#queue.push(...pieces.map((piece) => (typeof piece === "string" ? textDelta(piece) : piece)));
    this.#more.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#more.resolve();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#more.resolve();
  }

  stop(): void {
    this.#stopped.resolve();
  }

  /** The next event; undefined at the end. */
  async take(): Promise<ProgressEvent | undefined> {
    for (;;) {
      if (this.request.signal.aborted) throw this.request.signal.reason;
      const event = this.#queue.shift();
      if (event !== undefined) return event;
      if (this.#error !== undefined) throw this.#error;
      if (this.#ended) return undefined;
      this.#more = Promise.withResolvers<void>();
      await this.#more.promise;
    }
  }
}
