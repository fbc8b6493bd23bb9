import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import { SluiceError } from "../../protocol/errors.ts";
import { type ProgressEvent, textDelta, type Usage } from "../../protocol/events.ts";
import type { Json } from "../../protocol/json.ts";
import type { ModelAnswer } from "../../source.ts";

interface OpenToolUse {
  readonly id: string;
  readonly name: string;
  input: string;
}

/** Reads one answer's chunks: at most one event for each, and what is returned at the end. */
export class AnswerReader {
  #text = "";
  #toolUse: OpenToolUse | undefined;
  /** A tool's input that is no JSON: an error, unless the model ran out of tokens. */
  #brokenTool: string | undefined;
  #stopReason: string | undefined;
  #usage: Usage | undefined;

  /** Whether the end mark was seen (law 10). */
  get complete(): boolean {
    return this.#stopReason !== undefined;
  }

  /** Throws `upstream_error` where the model asked for a tool with an input that can't be read. */
  take(chunk: ConverseStreamOutput): ProgressEvent | undefined {
    const delta = chunk.contentBlockDelta?.delta;
    if (delta !== undefined) {
      if (delta.text !== undefined) {
        this.#text += delta.text;
        return delta.text === "" ? undefined : textDelta(delta.text);
      }
      if (delta.toolUse !== undefined) this.#addToolInput(delta.toolUse.input ?? "");
      const reasoning = delta.reasoningContent?.text;
      return reasoning ? { type: "reasoning-delta", text: reasoning } : undefined;
    }
    if (chunk.contentBlockStart?.start?.toolUse !== undefined) {
      const { toolUseId = "", name = "" } = chunk.contentBlockStart.start.toolUse;
      this.#toolUse = { id: toolUseId, name, input: "" };
    } else if (chunk.contentBlockStop !== undefined) {
      return this.#endToolUse();
    } else if (chunk.messageStop !== undefined) {
      this.#stop(chunk.messageStop.stopReason ?? "end_turn");
    } else if (chunk.metadata?.usage !== undefined) {
      const { inputTokens = 0, outputTokens = 0 } = chunk.metadata.usage;
      this.#usage = { inputTokens, outputTokens };
      return { type: "usage", ...this.#usage };
    }
    return undefined;
  }

  answer(modelId: string): ModelAnswer {
    return {
      text: this.#text,
      modelId,
      stopReason: this.#stopReason ?? "end_turn",
      ...(this.#usage !== undefined && { usage: this.#usage }),
    };
  }

  #addToolInput(fragment: string): void {
    if (this.#toolUse !== undefined) this.#toolUse.input += fragment;
  }

  /** Tool blocks do not overlap, so that the open one is the one that stops. */
  #endToolUse(): ProgressEvent | undefined {
    const toolUse = this.#toolUse;
    if (toolUse === undefined) return undefined;
    this.#toolUse = undefined;
    const { id, name } = toolUse;
    try {
      return { type: "tool-call", id, name, input: toolUse.input === "" ? {} : (JSON.parse(toolUse.input) as Json) };
    } catch {
      this.#brokenTool = name;
      return undefined;
    }
  }

  #stop(stopReason: string): void {
    if (this.#brokenTool !== undefined && stopReason !== "max_tokens") {
      throw new SluiceError("upstream_error", `The model called "${this.#brokenTool}" with an input that is not JSON.`);
    }
    this.#stopReason = stopReason;
  }
}
