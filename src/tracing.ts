/**
 * CONTRACT: who is told of runs, of the model calls in them and of the tools that they use, to trace them. Implementations in
 * telemetry/.
 *
 * Tr1 Nothing here throws, waits, or is called for a token: what a trace costs, it costs once for a run, a call or a tool.
 * Tr2 It hears nothing of what anybody asked or was answered: names, sizes and times only.
 */
import type { TerminalEvent, ToolCallEvent, ToolResultEvent, Usage } from "./protocol/events.ts";

/** What is known of a run when it begins. */
export interface TracedRun {
  readonly app: string;
  readonly route: string;
  readonly streamId: string;
  /** Of the request that asked for it: a `traceparent` header (W3C Trace Context). */
  readonly traceparent?: string;
  /** It goes on for a run that died; which writer of the stream it is. */
  readonly epoch: number;
}

/** What is known of a model call when it begins. */
export interface TracedCall {
  /** Who answers, by the names of OpenTelemetry, like `aws.bedrock`. */
  readonly provider: string;
  readonly modelId: string;
  readonly maxTokens?: number;
  readonly temperature?: number;
}

export interface RunTrace {
  /** The run asks a model. */
  call(call: TracedCall): CallTrace;
  /** The run has called a tool, or has its result. */
  tool(event: ToolCallEvent | ToolResultEvent): void;
  /** Undefined: the stream goes on without this run. */
  ended(end: TerminalEvent | undefined, usage: Usage | undefined): void;
}

export interface CallTrace {
  /** The first of its answer is here. */
  began(): void;
  ended(answer: { readonly modelId: string; readonly stopReason: string }, usage: Usage | undefined): void;
  /** A code of the table of errors, or the name of what was thrown. */
  failed(type: string): void;
}

export interface Tracing {
  run(run: TracedRun): RunTrace;
  /** Sends what is left. */
  close(): Promise<void>;
}
