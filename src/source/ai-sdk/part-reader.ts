import type { FinishReason, LanguageModelUsage, TextStreamPart, ToolSet } from "ai";
import { SluiceError } from "../../protocol/errors.ts";
import { type ProgressEvent, textDelta, type Usage } from "../../protocol/events.ts";
import type { Json } from "../../protocol/json.ts";
import type { ModelAnswer } from "../../source.ts";

/** The SDK's reasons in the words that Bedrock has for them, which all sources use. */
const STOP_REASONS: Readonly<Partial<Record<FinishReason, string>>> = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "content_filtered",
};

/** Reads one answer's parts: at most one event for each, and what is returned at the end. */
export class PartReader {
  #text = "";
  #usage: Usage | undefined;
  #stopReason: string | undefined;
  /** A tool's input that is no JSON: an error, unless the model ran out of tokens. */
  #brokenTool: string | undefined;

  /** Throws what the model's provider reports. */
  take(part: TextStreamPart<ToolSet>): ProgressEvent | undefined {
    switch (part.type) {
      case "text-delta":
        this.#text += part.text;
        return part.text === "" ? undefined : textDelta(part.text);
      case "reasoning-delta":
        return part.text === "" ? undefined : { type: "reasoning-delta", text: part.text };
      case "tool-call":
        // What the provider runs by itself asks nothing of the caller.
        if (part.providerExecuted) return undefined;
        // The SDK hands on as text what it could not parse. A tool that it does not know is the caller's to refuse.
        if (part.invalid && typeof part.input === "string") {
          this.#brokenTool = part.toolName;
          return undefined;
        }
        return { type: "tool-call", id: part.toolCallId, name: part.toolName, input: (part.input ?? {}) as Json };
      case "finish-step":
        return this.#addUsage(part.usage);
      case "finish":
        this.#stop(part.finishReason, part.rawFinishReason);
        return undefined;
      case "error":
        throw part.error;
      default:
        return undefined;
    }
  }

  /** Undefined before the end mark (law 10). */
  answer(modelId: string): ModelAnswer | undefined {
    if (this.#stopReason === undefined) return undefined;
    return {
      text: this.#text,
      modelId,
      stopReason: this.#stopReason,
      ...(this.#usage !== undefined && { usage: this.#usage }),
    };
  }

  /** Not every provider counts. */
  #addUsage({ inputTokens, outputTokens }: LanguageModelUsage): ProgressEvent | undefined {
    if (inputTokens === undefined && outputTokens === undefined) return undefined;
    this.#usage = { inputTokens: inputTokens ?? 0, outputTokens: outputTokens ?? 0 };
    return { type: "usage", ...this.#usage };
  }

  /** The SDK makes a finish part of a stream that merely ended: only the provider's reason is an end mark. */
  #stop(reason: FinishReason, raw: string | undefined): void {
    if (reason === "error") throw new SluiceError("upstream_error", "The model failed.");
    if (this.#brokenTool !== undefined && reason !== "length") {
      throw new SluiceError("upstream_error", `The model called "${this.#brokenTool}" with an input that is not JSON.`);
    }
    this.#stopReason = STOP_REASONS[reason] ?? (reason === "interrupted" ? undefined : raw);
  }
}
