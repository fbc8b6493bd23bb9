import { randomBytes } from "node:crypto";
import type { Fault } from "./fault.ts";
import type { Answer, Piece, Prompt } from "./stand-in.ts";
import { charactersIn, fragmentsOf, head, promptTokens, tokensOf } from "./tokens.ts";

export type BlockKind = "text" | "reasoning" | "tool-use";

export interface ToolUse {
  readonly toolUseId: string;
  readonly name: string;
}

export interface Tokens {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export type StopReason = "end_turn" | "max_tokens" | "tool_use";

/** One step of an answer, in no API's own form. A delta is about one token. Only an answer that goes wrong has bare `headers`. */
export type Step =
  | { readonly type: "headers" }
  | { readonly type: "open"; readonly inputTokens: number }
  | { readonly type: "block-start"; readonly index: number; readonly kind: BlockKind; readonly toolUse?: ToolUse }
  | { readonly type: "delta"; readonly index: number; readonly kind: BlockKind; readonly text: string }
  | { readonly type: "block-stop"; readonly index: number }
  | { readonly type: "close"; readonly stopReason: StopReason; readonly usage: Tokens }
  | { readonly type: "fault"; readonly fault: Fault };

/** The steps of a stand-in's answer; it is asked for with the first. What it throws before its first piece comes before `open`. */
export async function* stepsOf(ask: () => Answer | Promise<Answer>, prompt: Prompt): AsyncGenerator<Step, void, void> {
  const answer = await ask();
  const inputTokens = promptTokens(prompt);
  const limit = charactersIn(prompt.inferenceConfig.maxTokens);
  let opened = false;
  let used = 0;
  let index = -1;
  let open: BlockKind | undefined;
  let stopReason: StopReason = "end_turn";
  for await (const piece of typeof answer === "string" ? [{ text: answer }] : answer) {
    if (!opened) yield { type: "open", inputTokens };
    opened = true;
    if ("fault" in piece) {
      yield { type: "fault", fault: piece.fault };
      return;
    }
    const { kind, text, toolUse } = partOf(piece);
    if (text === "") continue;
    if (kind !== open || kind === "tool-use") {
      if (open !== undefined) yield { type: "block-stop", index };
      open = kind;
      index += 1;
      yield { type: "block-start", index, kind, ...(toolUse !== undefined && { toolUse }) };
    }
    const room = limit - used;
    const fits = text.length <= room ? text : head(text, room);
    for (const fragment of fragmentsOf(fits)) yield { type: "delta", index, kind, text: fragment };
    used += fits.length;
    if (fits.length < text.length) {
      stopReason = "max_tokens";
      break;
    }
    if (kind === "tool-use") stopReason = "tool_use";
  }
  if (!opened) yield { type: "open", inputTokens };
  if (open !== undefined) yield { type: "block-stop", index };
  yield { type: "close", stopReason, usage: { inputTokens, outputTokens: tokensOf(used) } };
}

function partOf(piece: Exclude<Piece, { fault: Fault }>): { kind: BlockKind; text: string; toolUse?: ToolUse } {
  if ("text" in piece) return { kind: "text", text: piece.text };
  if ("reasoning" in piece) return { kind: "reasoning", text: piece.reasoning };
  const { name, input, id } = piece.toolUse;
  const toolUseId = id ?? `tooluse_${randomBytes(16).toString("base64url")}`;
  return { kind: "tool-use", text: JSON.stringify(input), toolUse: { toolUseId, name } };
}
