import type { AgentStreamEvent, ModelStreamEvent } from "@strands-agents/sdk";
import { type ProgressEvent, type Usage, textDelta } from "../../protocol/events.ts";
import type { Json } from "../../protocol/json.ts";
import { toolOutcome } from "./tool-outcome.ts";

/** The tool by which the SDK makes a model give structured output; nobody's business outside. */
const STRUCTURED_OUTPUT = "strands_structured_output";

/** Turns what an agent does into our events, and keeps count. */
export class AgentEvents {
  text = "";
  /** Tool calls that came to a result. */
  toolsUsed = 0;
  usage: Usage = { inputTokens: 0, outputTokens: 0 };
  /** Whether the current model call has shown anything, so that asking again would double it. */
  shown = false;
  readonly #hidden = new Set<string>();

  *take(event: AgentStreamEvent): Generator<ProgressEvent> {
    switch (event.type) {
      case "beforeModelCallEvent":
        this.shown = false;
        return;
      case "modelStreamUpdateEvent":
        yield* this.#takeUpdate(event.event);
        return;
      case "contentBlockEvent":
        if (event.contentBlock.type === "toolUseBlock") yield* this.#call(event.contentBlock);
        return;
      case "modelMessageEvent": {
        const content = event.message.content
          .flatMap((block) => (block.type === "textBlock" ? block.text : []))
          .join("");
        if (content !== "") yield { type: "message", role: "assistant", content };
        return;
      }
      case "toolResultEvent": {
        const { result } = event;
        if (this.#hidden.has(result.toolUseId)) return;
        this.toolsUsed += 1;
        const outcome = toolOutcome(result) ?? { output: "(no text)" };
        yield { type: "tool-result", id: result.toolUseId, ...outcome };
        return;
      }
      default:
    }
  }

  *#takeUpdate(event: ModelStreamEvent): Generator<ProgressEvent> {
    if (event.type === "modelMetadataEvent" && event.usage !== undefined) {
      const { inputTokens, outputTokens } = event.usage;
      this.usage = {
        inputTokens: this.usage.inputTokens + inputTokens,
        outputTokens: this.usage.outputTokens + outputTokens,
      };
      yield { type: "usage", inputTokens, outputTokens };
    }
    if (event.type !== "modelContentBlockDeltaEvent") return;
    const { delta } = event;
    if (delta.type === "textDelta" && delta.text !== "") {
      this.shown = true;
      this.text += delta.text;
      yield textDelta(delta.text);
    }
    if (delta.type === "reasoningContentDelta" && delta.text !== undefined && delta.text !== "") {
      this.shown = true;
      yield { type: "reasoning-delta", text: delta.text };
    }
  }

  *#call({
    toolUseId: id,
    name,
    input,
  }: {
    toolUseId: string;
    name: string;
    input: unknown;
  }): Generator<ProgressEvent> {
    this.shown = true;
    if (name === STRUCTURED_OUTPUT) this.#hidden.add(id);
    else yield { type: "tool-call", id, name, input: input as Json };
  }
}
