import { SluiceError } from "../../protocol/errors.ts";
import { type ProgressEvent, textDelta, type Usage } from "../../protocol/events.ts";
import type { Json } from "../../protocol/json.ts";
import type { ModelAnswer } from "../../source.ts";
import { DamagedStream } from "./event-stream.ts";
import { ProviderError } from "./failure.ts";
import type { MessageLabel } from "./message-label.ts";

interface OpenToolUse {
  readonly id: string;
  readonly name: string;
  input: string;
}

/** What we read of the payloads of ConverseStream's events (API reference, "ConverseStreamOutput"); nobody has checked them. */
interface Payload {
  readonly delta?: {
    readonly text?: unknown;
    readonly toolUse?: { readonly input?: unknown } | null;
    readonly reasoningContent?: { readonly text?: unknown } | null;
  } | null;
  readonly start?: { readonly toolUse?: { readonly toolUseId?: unknown; readonly name?: unknown } | null } | null;
  readonly stopReason?: unknown;
  readonly usage?: { readonly inputTokens?: unknown; readonly outputTokens?: unknown } | null;
}

/** A text delta as Bedrock writes most of them, `p` being padding: what stands between the quotes is the text, as nothing is escaped. */
const PLAIN_DELTA = /^\{"contentBlockIndex":\d,"delta":\{"text":"([^"\\\0-\x1f]*)"\}(?:,"p":"[^"\\\0-\x1f]*")?\}$/;

/** Reads one answer's messages: at most one event for each, and what is returned at the end. */
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

  /**
   * Messages of a kind not known here give nothing. Throws ProviderError for what the provider reports, DamagedStream for a
   * payload that is no JSON, and `upstream_error` where the model asked for a tool with an input that can't be read.
   */
  take(label: MessageLabel, payload: string): ProgressEvent | undefined {
    if (label.type !== "event") throw new ProviderError(label.name, label.errorMessage ?? payload);
    switch (label.name) {
      case "contentBlockDelta": {
        const plain = PLAIN_DELTA.exec(payload)?.[1];
        return plain === undefined ? this.#addDelta(parse(payload)) : this.#addText(plain);
      }
      case "contentBlockStart":
        return this.#startBlock(parse(payload));
      case "contentBlockStop":
        return this.#endToolUse();
      case "messageStop":
        return this.#stop(stringOf(parse(payload)?.stopReason) ?? "end_turn");
      case "metadata":
        return this.#addUsage(parse(payload));
      default:
        return undefined;
    }
  }

  answer(modelId: string): ModelAnswer {
    return {
      text: this.#text,
      modelId,
      stopReason: this.#stopReason ?? "end_turn",
      ...(this.#usage !== undefined && { usage: this.#usage }),
    };
  }

  #addText(text: string): ProgressEvent | undefined {
    this.#text += text;
    return text === "" ? undefined : textDelta(text);
  }

  #addDelta(payload: Payload | null): ProgressEvent | undefined {
    const delta = payload?.delta;
    const text = stringOf(delta?.text);
    if (text !== undefined) return this.#addText(text);
    if (this.#toolUse !== undefined) this.#toolUse.input += stringOf(delta?.toolUse?.input) ?? "";
    const reasoning = stringOf(delta?.reasoningContent?.text);
    return reasoning ? { type: "reasoning-delta", text: reasoning } : undefined;
  }

  #startBlock(payload: Payload | null): undefined {
    const toolUse = payload?.start?.toolUse;
    if (!toolUse) return;
    this.#toolUse = { id: stringOf(toolUse.toolUseId) ?? "", name: stringOf(toolUse.name) ?? "", input: "" };
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

  #addUsage(payload: Payload | null): ProgressEvent | undefined {
    if (!payload?.usage) return undefined;
    const { inputTokens, outputTokens } = payload.usage;
    this.#usage = { inputTokens: countOf(inputTokens), outputTokens: countOf(outputTokens) };
    return { type: "usage", ...this.#usage };
  }

  #stop(stopReason: string): undefined {
    if (this.#brokenTool !== undefined && stopReason !== "max_tokens") {
      throw new SluiceError("upstream_error", `The model called "${this.#brokenTool}" with an input that is not JSON.`);
    }
    this.#stopReason = stopReason;
  }
}

/** An empty payload is an empty object. */
function parse(payload: string): Payload | null {
  if (payload === "") return null;
  try {
    return JSON.parse(payload) as Payload | null;
  } catch (cause) {
    throw new DamagedStream("A payload is not JSON.", { cause });
  }
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
