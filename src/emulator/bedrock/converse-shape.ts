import type { JsonObject } from "../../protocol/json.ts";
import type { Tokens } from "./answer.ts";
import { type AnswerStep, type Shape, type ShapeContext, type StreamEvent, toolInputOf } from "./shape.ts";

/** The answers of Converse and ConverseStream (API reference; event names and order measured with the SDK). */
export function converseShape(context: ShapeContext): Shape {
  return {
    events: (step) => eventsOf(step, context),
    document: ({ blocks, stopReason, usage }) => ({
      output: {
        message: {
          role: "assistant",
          content: blocks.map(({ kind, text, toolUse }): JsonObject => {
            if (kind === "text") return { text };
            if (kind === "reasoning") return { reasoningContent: { reasoningText: { text } } };
            return { toolUse: { ...toolUse, input: toolInputOf(text) } };
          }),
        },
      },
      stopReason,
      usage: usageOf(usage),
      metrics: { latencyMs: context.elapsed() },
    }),
  };
}

/** Text blocks have no `contentBlockStart`; `metadata` comes after `messageStop`. */
function eventsOf(step: AnswerStep, context: ShapeContext): readonly StreamEvent[] {
  switch (step.type) {
    case "open":
      return [{ type: "messageStart", payload: { role: "assistant" } }];
    case "block-start":
      if (step.toolUse === undefined) return [];
      return [
        {
          type: "contentBlockStart",
          payload: { contentBlockIndex: step.index, start: { toolUse: { ...step.toolUse } } },
        },
      ];
    case "delta":
      return [{ type: "contentBlockDelta", payload: { contentBlockIndex: step.index, delta: deltaOf(step) } }];
    case "block-stop":
      return [{ type: "contentBlockStop", payload: { contentBlockIndex: step.index } }];
    case "close":
      return [
        { type: "messageStop", payload: { stopReason: step.stopReason } },
        { type: "metadata", payload: { usage: usageOf(step.usage), metrics: { latencyMs: context.elapsed() } } },
      ];
  }
}

function deltaOf({ kind, text }: Extract<AnswerStep, { type: "delta" }>): JsonObject {
  if (kind === "text") return { text };
  return kind === "reasoning" ? { reasoningContent: { text } } : { toolUse: { input: text } };
}

function usageOf({ inputTokens, outputTokens }: Tokens): JsonObject {
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
