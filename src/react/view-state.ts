import type { Run } from "../client/run.ts";
import type { SluiceError } from "../protocol/errors.ts";
import type { MessageEvent, Usage } from "../protocol/events.ts";
import type { Json } from "../protocol/json.ts";

/** What a viewer of a run sees, but for the text of the answer. Frozen; a new object only where something in it changed. */
export interface ViewState<Result = unknown> {
  /** `queued`: the last thing that came was a status of the stage "queued". */
  readonly status: "pending" | "queued" | "streaming" | "resuming" | "complete" | "cancelled" | "error";
  /** A cancel was asked for here and is not confirmed. */
  readonly cancelling: boolean;
  readonly streamId?: string | undefined;
  readonly requestId?: string | undefined;
  /** The place in the stream when this object was made; text moves on without a new one (`view.run.offset`). */
  readonly offset?: string | undefined;
  /** The last status; `value` from 0 to 1. */
  readonly progress?: {
    readonly text: string;
    readonly value?: number | undefined;
    readonly stage?: string | undefined;
  };
  /** The stages that were reached, in order. */
  readonly stages: readonly string[];
  readonly tools: readonly ToolUse[];
  /** The last value of each `data` event, by name. */
  readonly data: Readonly<Record<string, Json>>;
  readonly messages: readonly Pick<MessageEvent, "role" | "content">[];
  readonly reasoning: string;
  readonly usage?: Usage | undefined;
  /** What the handler returned; once complete. */
  readonly result?: Result | undefined;
  /** Why it failed; with the status `error`. */
  readonly error?: SluiceError | undefined;
  /** UTF-16 units of text before it was cancelled. */
  readonly partialLength?: number | undefined;
  readonly timings: Run["timings"];
}

/** A tool call of the run, and what became of it. */
export interface ToolUse {
  readonly id: string;
  readonly name: string;
  readonly input: Json;
  readonly output?: Json | undefined;
  readonly error?: string | undefined;
  readonly state: "running" | "done" | "failed";
}

/** The text so far: `blocks.join("") + tail`, exactly. Frozen; a new object only where the text changed. */
export interface TextState {
  /** Closed for good. A block ends at a line end, but for lines that are longer than a page. */
  readonly blocks: readonly string[];
  /** What still grows. */
  readonly tail: string;
  /** Nothing is added any more. */
  readonly done: boolean;
}
