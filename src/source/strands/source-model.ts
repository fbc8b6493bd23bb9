import {
  type BaseModelConfig,
  type Message,
  Model,
  type ModelStreamEvent,
  type StreamOptions,
} from "@strands-agents/sdk";
import type { ProgressEvent, Usage } from "../../protocol/events.ts";
import type { ModelAnswer, Source } from "../../source.ts";
import { modelRequest } from "./model-request.ts";
import { toStrandsStopReason } from "./stop-reason.ts";

export interface SourceModelOptions {
  /** Takes the place of the source's own model. */
  readonly modelId?: string;
  /** Tokens of one model call's answer. */
  readonly maxTokens?: number;
  readonly temperature?: number;
}

/** Makes any source the model of a Strands agent, so that faults, cancels and ceilings hold for agents too. */
export function sourceModel(source: Source, options: SourceModelOptions = {}): SourceModel {
  return new SourceModel(source, options);
}

/** A Strands model over a source. What the source throws comes out of `runAgent` as it was thrown. */
export class SourceModel extends Model {
  readonly #source: Source;
  #config: BaseModelConfig;

  constructor(source: Source, options: SourceModelOptions = {}) {
    super();
    this.#source = source;
    this.#config = { ...options };
  }

  override updateConfig(config: BaseModelConfig): void {
    this.#config = { ...this.#config, ...config };
  }

  override getConfig(): BaseModelConfig {
    return { modelId: this.#source.modelId, ...this.#config };
  }

  override async *stream(messages: Message[], options: StreamOptions = {}): AsyncGenerator<ModelStreamEvent> {
    const signal = options.cancelSignal ?? new AbortController().signal;
    const { modelId, maxTokens, temperature } = this.#config;
    const steps = this.#source.stream({
      ...modelRequest(messages, options),
      ...(modelId !== undefined && { modelId }),
      ...(maxTokens !== undefined && { maxTokens }),
      ...(temperature !== undefined && { temperature }),
      signal,
    });
    // The SDK leaves a cancelled model where it stands: without this, a source that waits to be read on would stay open (M3).
    const leave = (): void => void steps.return(undefined as never).catch(() => {});
    signal.addEventListener("abort", leave, { once: true });
    const blocks = new Blocks();
    try {
      yield { type: "modelMessageStartEvent", role: "assistant" };
      let step = await steps.next();
      while (step.done !== true) {
        for (const event of [step.value].flat()) yield* blocks.take(event);
        step = await steps.next();
      }
      // `leave` ends the source without an answer.
      signal.throwIfAborted();
      yield* blocks.end(step.value);
    } finally {
      signal.removeEventListener("abort", leave);
      leave();
    }
  }
}

/** Our events as content blocks, one open at a time. */
class Blocks {
  #open: "text" | "reasoning" | undefined;
  #calledTool = false;
  #toldUsage = false;

  *take(event: ProgressEvent): Generator<ModelStreamEvent> {
    switch (event.type) {
      case "text-delta":
        yield* this.#enter("text");
        yield { type: "modelContentBlockDeltaEvent", delta: { type: "textDelta", text: event.text } };
        return;
      case "reasoning-delta":
        yield* this.#enter("reasoning");
        yield { type: "modelContentBlockDeltaEvent", delta: { type: "reasoningContentDelta", text: event.text } };
        return;
      case "tool-call": {
        yield* this.#close();
        this.#calledTool = true;
        const { id: toolUseId, name } = event;
        yield { type: "modelContentBlockStartEvent", start: { type: "toolUseStart", name, toolUseId } };
        const input = JSON.stringify(event.input);
        yield { type: "modelContentBlockDeltaEvent", delta: { type: "toolUseInputDelta", input } };
        yield { type: "modelContentBlockStopEvent" };
        return;
      }
      case "usage":
        this.#toldUsage = true;
        yield metadata(event);
        return;
      default:
    }
  }

  *end(answer: ModelAnswer): Generator<ModelStreamEvent> {
    yield* this.#close();
    if (!this.#toldUsage && answer.usage !== undefined) yield metadata(answer.usage);
    // Not every source says why it stopped, but a tool that was called has to run.
    const ended = this.#calledTool && answer.stopReason === "end_turn";
    yield { type: "modelMessageStopEvent", stopReason: ended ? "toolUse" : toStrandsStopReason(answer.stopReason) };
  }

  *#enter(kind: "text" | "reasoning"): Generator<ModelStreamEvent> {
    if (this.#open === kind) return;
    yield* this.#close();
    this.#open = kind;
    yield { type: "modelContentBlockStartEvent" };
  }

  *#close(): Generator<ModelStreamEvent> {
    if (this.#open !== undefined) yield { type: "modelContentBlockStopEvent" };
    this.#open = undefined;
  }
}

function metadata({ inputTokens, outputTokens }: Usage): ModelStreamEvent {
  return {
    type: "modelMetadataEvent",
    usage: { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens },
  };
}
