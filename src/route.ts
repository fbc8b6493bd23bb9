import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { OwnData, RunContext } from "./context.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { ProgressEvent } from "./protocol/events.ts";
import type { JsonObject } from "./protocol/json.ts";

/** A handler: yields what happens, one event or several at a time, and returns the typed result. */
export type Handler<Input, Result> = (
  context: RunContext<Input>,
) => AsyncGenerator<ProgressEvent | readonly ProgressEvent[], Result, void>;

/** What a route is made of. */
export interface RouteOptions<Schema extends StandardSchemaV1, Result> {
  /** Checks and shapes the message (without `action` and `requestId`). */
  readonly input: Schema;
  /** Time limit of a run, milliseconds; 5 minutes by default. Past it the stream ends with `timeout`. */
  readonly timeoutMs?: number;
  /** How long an ended stream is kept, milliseconds; 24 hours by default. */
  readonly retentionMs?: number;
  /** A run that nobody has followed for so long, milliseconds, is cancelled; off by default (law 6). */
  readonly stopWhenUnwatchedMs?: number;
  /**
   * What becomes of a run whose process died: it ends as `interrupted` (`fail`, the default), or its handler is called anew, in
   * whatever process finds it first, with what was written `soFar` (`continue`).
   */
  readonly onCrash?: "fail" | "continue";
  /** Runs of this route that a principal may have at once, where that is less than all its runs (`Allowance`). */
  readonly limits?: { readonly concurrentRuns?: number };
  /**
   * What becomes of a request while another run of its conversation goes on: it runs beside it (`parallel`, the default), is
   * refused with `conflict` (`reject`), waits for its end (`queue`), or cancels it first (`replace`).
   */
  readonly whenBusy?: "parallel" | "reject" | "queue" | "replace";
  /** Names the conversation that a request belongs to, among those of the same caller; undefined: it belongs to none. */
  readonly conversation?: (input: StandardSchemaV1.InferOutput<Schema>) => string | undefined;
  /** Tokens that the models of a run may use, input and output together; past it the run ends with `payload_too_large`. */
  readonly maxTokens?: number;
  /**
   * Refuses a request by what the caller owns, before anything is stored. Not asked for a request that has its stream
   * already (law 8).
   */
  readonly check?: (input: StandardSchemaV1.InferOutput<Schema>, own: OwnData) => Promise<void>;
  readonly run: Handler<StandardSchemaV1.InferOutput<Schema>, Result>;
}

/** One thing that clients may ask for. The type parameters carry input and result to a typed client. */
export interface Route<Input = unknown, Result = unknown> {
  readonly timeoutMs: number | undefined;
  readonly retentionMs: number | undefined;
  readonly stopWhenUnwatchedMs: number | undefined;
  readonly onCrash: "fail" | "continue";
  readonly concurrentRuns: number | undefined;
  readonly whenBusy: "parallel" | "reject" | "queue" | "replace";
  readonly conversation: ((input: never) => string | undefined) | undefined;
  readonly maxTokens: number | undefined;
  readonly check: ((input: never, own: OwnData) => Promise<void>) | undefined;
  /** Gives the checked input, or throws `bad_request`. */
  readonly parse: (message: JsonObject) => Promise<unknown>;
  readonly run: Handler<never, Result>;
  /** Types only: what a client sends. */
  readonly "~input"?: Input;
}

/** Any route, whatever its types. */
export type AnyRoute = Route<unknown, unknown>;

/** A hundred years: a store may have to write the time down. */
const LONGEST_RETENTION_MS = 100 * 366 * 86_400_000;

/** Declares a route. */
export function route<Schema extends StandardSchemaV1, Result>(
  options: RouteOptions<Schema, Result>,
): Route<StandardSchemaV1.InferInput<Schema>, Result> {
  if (options.retentionMs !== undefined && !(options.retentionMs >= 0 && options.retentionMs <= LONGEST_RETENTION_MS)) {
    throw new RangeError(`A stream may be kept for ${LONGEST_RETENTION_MS} ms at most.`);
  }
  return {
    timeoutMs: options.timeoutMs,
    retentionMs: options.retentionMs,
    stopWhenUnwatchedMs: options.stopWhenUnwatchedMs,
    onCrash: options.onCrash ?? "fail",
    concurrentRuns: options.limits?.concurrentRuns,
    whenBusy: options.whenBusy ?? "parallel",
    conversation: options.conversation,
    maxTokens: options.maxTokens,
    check: options.check as Route["check"],
    parse: (message) => parseWith(options.input, message),
    run: options.run as Handler<never, Result>,
  };
}

/** Checks a value against any Standard Schema; what does not fit is `bad_request`, with every reason. */
export async function parseWith<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const outcome = await schema["~standard"].validate(value);
  if (outcome.issues === undefined) return outcome.value;
  const reasons = outcome.issues.slice(0, 5).map(reason);
  throw new SluiceError("bad_request", reasons.join("; "));
}

function reason(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}
