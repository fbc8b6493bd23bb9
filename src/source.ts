/**
 * CONTRACT: provider stream → our events. Implementations in source/.
 *
 * M1 Text passes through as `text-delta` as it comes; the whole answer is returned at the end.
 * M2 Success is proved (law 10): it returns only if the provider's end mark was seen, else throws `upstream_truncated`.
 * M3 Nothing keeps running upstream: however the iteration ends (return, throw, abort), the request is aborted by then,
 *    and an abort takes at most 100 ms to go out (law 6).
 * M4 Silence ends: no chunk for `inactivityMs` throws `timeout`.
 * M5 It tries again by itself only while nothing was yielded.
 * M6 When the signal fires, the iteration throws the signal's reason, so that a cancel can be told from a failure.
 * M7 Provider errors are thrown as `upstream_error`, `upstream_throttled` or `bad_request`, never shown as success.
 * M8 A part of a message, or a tool, that the source cannot bring to its model is `bad_request` before anything goes upstream.
 * M9 A tool that the model calls is a `tool-call` event, with its whole input; running it, and asking again with the result,
 *    is the caller's work.
 */
import type { ProgressEvent, Usage } from "./protocol/events.ts";
import type { Json, JsonObject } from "./protocol/json.ts";

/** One turn of a chat in words. */
export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

/** One turn as a model takes it: words, or parts. */
export interface ModelMessage {
  readonly role: "user" | "assistant";
  readonly content: string | readonly ContentPart[];
}

export type ContentPart = TextPart | ImagePart | ToolCallPart | ToolResultPart;

export interface TextPart {
  readonly type: "text";
  readonly text: string;
}

/** Only in a user's turn. */
export interface ImagePart {
  readonly type: "image";
  readonly mediaType: ImageMediaType;
  readonly bytes: Uint8Array;
}

export type ImageMediaType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** What the model asked for in an earlier answer; only in an assistant's turn. */
export interface ToolCallPart {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly input: Json;
}

/** What came of it; only in the user's turn that follows. `error` where the tool failed. */
export interface ToolResultPart {
  readonly type: "tool-result";
  readonly id: string;
  readonly output?: Json;
  readonly error?: string;
}

/** A tool that the model may call; `inputSchema` is a JSON Schema of an object. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
}

export interface ModelRequest {
  readonly system?: string;
  /** Begins with the user; the roles alternate. */
  readonly messages: readonly ModelMessage[];
  readonly tools?: readonly ToolSpec[];
  /** Whether the model may call a tool (`auto`, the default), must call one (`any`), or must call this one. */
  readonly toolChoice?: "auto" | "any" | { readonly name: string };
  readonly modelId?: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly signal: AbortSignal;
}

export interface ModelAnswer {
  readonly text: string;
  readonly modelId: string;
  readonly stopReason: string;
  readonly usage?: Usage;
}

export interface Source {
  /** The model that answers where the request names none; `offline.*` is a stand-in. */
  readonly modelId: string;
  /** Who brings its answers, by OpenTelemetry's names (`gen_ai.provider.name`), like `aws.bedrock`. */
  readonly provider?: string;
  /** Yields events one by one, or several that came together as one array, so that they cost one turn. */
  stream(request: ModelRequest): AsyncGenerator<ProgressEvent | readonly ProgressEvent[], ModelAnswer, void>;
}
