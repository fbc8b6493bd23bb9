import type { JsonObject } from "../../protocol/json.ts";
import type { Step, StopReason, Tokens, ToolUse } from "./answer.ts";

/** What an answer in some API's form needs to know of its call. */
export interface ShapeContext {
  readonly id: string;
  readonly modelId: string;
  /** Milliseconds since the request. */
  elapsed(): number;
}

/** One API's form of an answer: as stream events, and as one document. */
export interface Shape {
  /** Stream events of a step, in order. */
  events(step: AnswerStep): readonly StreamEvent[];
  document(answer: WholeAnswer): JsonObject;
}

export interface StreamEvent {
  readonly type: string;
  readonly payload: JsonObject;
}

export type AnswerStep = Exclude<Step, { type: "fault" | "headers" }>;

export interface WholeAnswer {
  readonly blocks: readonly WholeBlock[];
  readonly stopReason: StopReason;
  readonly usage: Tokens;
}

export interface WholeBlock {
  readonly kind: "text" | "reasoning" | "tool-use";
  text: string;
  readonly toolUse?: ToolUse;
}

/** Puts the steps of an answer together again. */
export class AnswerCollector {
  readonly #blocks: WholeBlock[] = [];
  #end: Pick<WholeAnswer, "stopReason" | "usage"> | undefined;

  take(step: AnswerStep): void {
    if (step.type === "block-start") {
      this.#blocks.push({ kind: step.kind, text: "", ...(step.toolUse !== undefined && { toolUse: step.toolUse }) });
    } else if (step.type === "delta") {
      this.#blocks[step.index]!.text += step.text;
    } else if (step.type === "close") {
      this.#end = step;
    }
  }

  /** The whole answer, once its last step was taken. */
  get whole(): WholeAnswer {
    if (this.#end === undefined) throw new Error("The answer has not ended.");
    return { blocks: this.#blocks, stopReason: this.#end.stopReason, usage: this.#end.usage };
  }
}

/** A tool's input as far as it is whole; a model that ran out of tokens leaves it broken. */
export function toolInputOf(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
