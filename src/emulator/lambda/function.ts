/**
 * CONTRACT: a Lambda function as its callers see it.
 *
 * F1 One invocation at a time in one execution environment, unless the function allows more; more invocations at once take more
 *    environments.
 * F2 What the caller gives and gets has gone through JSON, as between AWS's own services.
 * F3 An invocation ends once: with the handler's result, or with a `FunctionError` (it threw, took longer than the function's
 *    timeout, was killed, or the handler cannot be loaded).
 */
export interface LambdaFunction {
  readonly name: string;
  invoke(event: unknown): Promise<unknown>;
  /** The same for handlers made with `awslambda.streamifyResponse`; what they write goes to `sink` as it comes. */
  invokeStreaming(event: unknown, sink: ResponseSink): Promise<void>;
}

/** Where a streaming function's answer goes: its metadata first, then its bytes. */
export interface ResponseSink {
  begin(metadata: ResponseMetadata): void;
  /** Resolves when more may be written; the handler's stream waits for it. */
  write(bytes: Uint8Array): Promise<void>;
  /** Aborted when nobody takes the answer any more: the handler's stream is destroyed then, written to or not. */
  readonly gone?: AbortSignal;
}

/** What `awslambda.HttpResponseStream.from` takes. */
export interface ResponseMetadata {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** Why an invocation failed, in the words of Lambda's own error payload. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** Like `Error`, `TypeError`, `Sandbox.Timedout`, `Runtime.ExitError`, `Runtime.ImportModuleError`. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}
