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
 */
import type { ProgressEvent, Usage } from "./protocol/events.ts";

export interface Turn {
  readonly role: "user" | "assistant";
  readonly content: string;
}

export interface ModelRequest {
  readonly system?: string;
  readonly messages: readonly Turn[];
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
  /** Yields events one by one, or several that came together as one array, so that they cost one turn. */
  stream(request: ModelRequest): AsyncGenerator<ProgressEvent | readonly ProgressEvent[], ModelAnswer, void>;
}
