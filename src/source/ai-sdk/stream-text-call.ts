import { type LanguageModel, streamText, type TextStreamPart, type ToolSet } from "ai";
import type { ProgressEvent } from "../../protocol/events.ts";
import type { ModelAnswer, ModelRequest } from "../../source.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { PartReader } from "./part-reader.ts";
import { promptOf, type StreamTextPrompt } from "./prompt.ts";

type Parts = AsyncIterator<TextStreamPart<ToolSet>>;

/** One request by `streamText`. */
export class StreamTextCall implements Upstream {
  readonly #model: LanguageModel;
  readonly #modelId: string;
  readonly #prompt: StreamTextPrompt;
  readonly #reader: PartReader = new PartReader();
  #parts: Parts | undefined;

  /** Throws `bad_request` (M8). */
  constructor(model: LanguageModel, modelId: string, request: ModelRequest) {
    this.#model = model;
    this.#modelId = modelId;
    this.#prompt = promptOf(request);
  }

  async open(abortSignal: AbortSignal): Promise<void> {
    // Trying again is the source's, which stops when it is told to; errors are told by the stream.
    const { stream } = streamText({
      ...this.#prompt,
      model: this.#model,
      maxRetries: 0,
      abortSignal,
      onError: () => {},
    });
    this.#parts = stream[Symbol.asyncIterator]();
  }

  async next(): Promise<readonly ProgressEvent[] | undefined> {
    const step = await this.#parts?.next();
    if (step === undefined || step.done === true) return undefined;
    const event = this.#reader.take(step.value);
    return event === undefined ? [] : [event];
  }

  answer(): ModelAnswer | undefined {
    return this.#reader.answer(this.#modelId);
  }

  stop(): void {
    // Who waits for a part is let go by the signal: the SDK heeds it even where its model does not.
    this.#parts?.return?.()?.catch(() => {});
  }
}
