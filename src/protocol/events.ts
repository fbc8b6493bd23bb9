import type { Json, JsonObject } from "./json.ts";
import type { ErrorCode } from "./errors.ts";

/** Tokens that a model read and wrote, summed over the run so far. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The first event of every stream (seq 0). `echo` is what the dialect must repeat on each frame. */
export interface StartEvent {
  readonly type: "start";
  readonly route: string;
  readonly requestId?: string;
  readonly echo?: JsonObject;
}

/** What the run is doing now; `progress` runs from 0 to 1. */
export interface StatusEvent {
  readonly type: "status";
  readonly text: string;
  readonly progress?: number;
  readonly stage?: string;
}

/** The next fragment of the answer's text. */
export interface TextDeltaEvent {
  readonly type: "text-delta";
  readonly text: string;
}

/** The next fragment of the model's reasoning, which is not part of the answer's text. */
export interface ReasoningDeltaEvent {
  readonly type: "reasoning-delta";
  readonly text: string;
}

/** A whole chat message, as an agent closes one. */
export interface MessageEvent {
  readonly type: "message";
  readonly role: "assistant" | "user";
  readonly content: string;
}

export interface ToolCallEvent {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly input: Json;
}

/** The outcome of the tool call with the same `id`: `output`, or `error` where it failed. */
export interface ToolResultEvent {
  readonly type: "tool-result";
  readonly id: string;
  readonly output?: Json;
  readonly error?: string;
}

/** A named value of the application's own. */
export interface DataEvent {
  readonly type: "data";
  readonly name: string;
  readonly value: Json;
}

export interface UsageEvent extends Usage {
  readonly type: "usage";
}

/** The run succeeded: `text` is the whole answer, `result` what the handler returned. */
export interface CompleteEvent {
  readonly type: "complete";
  readonly text: string;
  readonly result?: Json;
  readonly usage?: Usage;
}

/** The run failed; what was shown stays in the stream. */
export interface ErrorEvent {
  readonly type: "error";
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly usage?: Usage;
}

/** The run was cancelled after `partialLength` UTF-16 units of text. */
export interface CancelledEvent {
  readonly type: "cancelled";
  readonly partialLength: number;
  readonly usage?: Usage;
}

/** An event that ends its stream; exactly one does (law 5). */
export type TerminalEvent = CompleteEvent | ErrorEvent | CancelledEvent;

/** What a handler may yield between `start` and the end. */
export type ProgressEvent =
  | StatusEvent
  | TextDeltaEvent
  | ReasoningDeltaEvent
  | MessageEvent
  | ToolCallEvent
  | ToolResultEvent
  | DataEvent
  | UsageEvent;

/** One record of a stream (PROTOCOL.md section 3). Readers skip types that they do not know. */
export type Event = StartEvent | ProgressEvent | TerminalEvent;

/** How a stream stands: it runs, or it has ended in one of three ways. */
export type StreamState = "running" | TerminalEvent["type"];

/** Whether this event is the last of its stream. */
export function isTerminal(event: Event): event is TerminalEvent {
  return event.type === "complete" || event.type === "error" || event.type === "cancelled";
}

/** A status line; `progress` from 0 to 1, `stage` from the application's own list. */
export function status(text: string, progress?: number, stage?: string): StatusEvent {
  return { type: "status", text, ...(progress !== undefined && { progress }), ...(stage !== undefined && { stage }) };
}

/** A fragment of the answer's text. */
export function textDelta(text: string): TextDeltaEvent {
  return { type: "text-delta", text };
}
