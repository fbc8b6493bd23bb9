import type { Json, JsonObject } from "../../protocol/json.ts";
import type { Fault } from "./fault.ts";

/**
 * Plays a model: makes an answer out of the request. It may throw an `EmulatedError` to refuse the request.
 * A stand-in that waits for something must heed `signal`, which fires when the client goes away.
 */
export type StandIn = (request: StandInRequest) => Answer | Promise<Answer>;

/** The answer's text, or its pieces as they come. */
export type Answer = string | Iterable<Piece> | AsyncIterable<Piece>;

/** The emulator cuts text, reasoning and tool input into token-like fragments; a stand-in need not. */
export type Piece = TextPiece | ReasoningPiece | ToolUsePiece | FaultPiece;

export interface TextPiece {
  readonly text: string;
}

export interface ReasoningPiece {
  readonly reasoning: string;
}

export interface ToolUsePiece {
  readonly toolUse: { readonly name: string; readonly input: Json; readonly id?: string };
}

/** Something goes wrong at this place of the answer; what follows it is not asked for. */
export interface FaultPiece {
  readonly fault: Fault;
}

/** A Converse request; those of InvokeModel are brought to the same form. */
export interface Prompt {
  readonly modelId: string;
  /** The system blocks' text, joined by line breaks. */
  readonly system: string;
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly PromptTool[];
  /** Set where the model must use a tool: this one, or `any`. */
  readonly toolChoice?: { readonly any: true } | { readonly name: string };
  readonly inferenceConfig: InferenceConfig;
}

export interface StandInRequest extends Prompt {
  readonly signal: AbortSignal;
}

export interface PromptMessage {
  readonly role: "user" | "assistant";
  readonly content: readonly ContentBlock[];
}

/** One of these is set. */
export interface ContentBlock {
  readonly text?: string;
  readonly reasoning?: string;
  readonly image?: Media;
  readonly document?: Media;
  readonly toolUse?: { readonly toolUseId: string; readonly name: string; readonly input: Json };
  readonly toolResult?: ToolResult;
}

export interface ToolResult {
  readonly toolUseId: string;
  readonly status: "success" | "error";
  readonly content: readonly { readonly text?: string; readonly json?: Json; readonly image?: Media }[];
}

/** `format` as Converse names it: png, jpeg, pdf … */
export interface Media {
  readonly format: string;
  readonly name?: string;
  readonly bytes: Uint8Array;
}

export interface PromptTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

export interface InferenceConfig {
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly stopSequences?: readonly string[];
}

/** The text of the last user message: what most stand-ins answer to. */
export function lastUserText(request: Pick<Prompt, "messages">): string {
  const message = request.messages.findLast(({ role }) => role === "user");
  return (message?.content ?? []).flatMap(({ text }) => text ?? []).join("\n");
}
