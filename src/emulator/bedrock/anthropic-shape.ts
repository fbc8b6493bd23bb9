import type { Json, JsonObject } from "../../protocol/json.ts";
import type { BlockKind, ToolUse } from "./answer.ts";
import { type AnswerStep, type Shape, type ShapeContext, type StreamEvent, toolInputOf } from "./shape.ts";

/** The answers of InvokeModel in the Anthropic Messages form; in a stream, each event travels inside a `chunk`. */
export function anthropicShape(context: ShapeContext): Shape {
  const message = { id: `msg_bdrk_${context.id}`, type: "message", role: "assistant", model: context.modelId };
  return {
    events: (step) => eventsOf(step, message, context).map(chunkOf),
    document: ({ blocks, stopReason, usage }) => ({
      ...message,
      content: blocks.map(({ kind, text, toolUse }) => blockOf(kind, text, toolUse)),
      stop_reason: stopReason,
      stop_sequence: null,
      usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
    }),
  };
}

function chunkOf(event: JsonObject): StreamEvent {
  return { type: "chunk", payload: { bytes: Buffer.from(JSON.stringify(event)).toString("base64") } };
}

function eventsOf(step: AnswerStep, message: JsonObject, context: ShapeContext): readonly JsonObject[] {
  switch (step.type) {
    case "open": {
      const usage = { input_tokens: step.inputTokens, output_tokens: 0 };
      const opening = { ...message, content: [], stop_reason: null, stop_sequence: null, usage };
      return [{ type: "message_start", message: opening }];
    }
    case "block-start":
      return [{ type: "content_block_start", index: step.index, content_block: blockOf(step.kind, "", step.toolUse) }];
    case "delta":
      return [{ type: "content_block_delta", index: step.index, delta: deltaOf(step.kind, step.text) }];
    case "block-stop":
      return [{ type: "content_block_stop", index: step.index }];
    case "close": {
      const { inputTokens, outputTokens } = step.usage;
      const delta = { stop_reason: step.stopReason, stop_sequence: null };
      const metrics = {
        inputTokenCount: inputTokens,
        outputTokenCount: outputTokens,
        invocationLatency: context.elapsed(),
      };
      return [
        { type: "message_delta", delta, usage: { output_tokens: outputTokens } },
        { type: "message_stop", "amazon-bedrock-invocationMetrics": metrics },
      ];
    }
  }
}

function blockOf(kind: BlockKind, text: string, toolUse: ToolUse | undefined): JsonObject {
  if (kind === "text") return { type: "text", text };
  if (kind === "reasoning") return { type: "thinking", thinking: text, signature: "" };
  return { type: "tool_use", id: toolUse!.toolUseId, name: toolUse!.name, input: toolInputOf(text) };
}

function deltaOf(kind: BlockKind, text: string): Json {
  if (kind === "text") return { type: "text_delta", text };
  return kind === "reasoning"
    ? { type: "thinking_delta", thinking: text }
    : { type: "input_json_delta", partial_json: text };
}
