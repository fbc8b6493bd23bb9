import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { FunctionError, type ResponseMetadata, type ResponseSink } from "./function.ts";
import type { EnvironmentData, FromEnvironment, ToEnvironment } from "./thread-messages.ts";

export interface EnvironmentOptions extends EnvironmentData {
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly execArgv: readonly string[];
  readonly output: (line: string, stream: "stdout" | "stderr") => void;
  /** The thread is gone. */
  readonly ended: () => void;
}

interface Invocation {
  readonly sink: ResponseSink | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: FunctionError) => void;
  readonly timer: NodeJS.Timeout;
  /** Why its metadata could not be taken; nothing of the answer is, then. */
  refusal?: FunctionError;
}

/** Bytes of JSON that a handler may return (as the service's own error names them). */
const MOST_RESULT = 6_291_556;

/** One thread that runs a function's invocations. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  readonly #invocations = new Map<number, Invocation>();
  #nextId = 0;
  #ended = false;

  constructor(options: EnvironmentOptions) {
    this.#options = options;
    const { module, exportName, functionName, functionArn, memoryMb, variables, execArgv, output } = options;
    const workerData: EnvironmentData = { module, exportName, functionName, functionArn, memoryMb };
    this.#worker = new Worker(threadFile(), {
      workerData,
      env: { ...variables },
      execArgv: [...execArgv],
      stdout: true,
      stderr: true,
    });
    this.#ready.promise.catch(() => {});
    forward(this.#worker.stdout, (line) => output(line, "stdout"));
    forward(this.#worker.stderr, (line) => output(line, "stderr"));
    this.#worker.on("message", (message: FromEnvironment) => this.#hear(message));
    this.#worker.on("error", (thrown: Error) => this.#end(new FunctionError("Runtime.ExitError", thrown.message)));
    this.#worker.on("exit", (code) => {
      this.#end(new FunctionError("Runtime.ExitError", `The environment ended with exit code ${code}.`));
    });
  }

  /** Invocations under way. */
  get busy(): number {
    return this.#invocations.size;
  }

  async invoke(event: string, sink?: ResponseSink): Promise<unknown> {
    const id = (this.#nextId += 1);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const { timeoutMs } = this.#options;
    const timer = setTimeout(() => {
      this.kill(new FunctionError("Sandbox.Timedout", `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`));
    }, timeoutMs);
    this.#invocations.set(id, { sink, resolve, reject, timer });
    const gone = (): void => this.#send({ type: "gone", id });
    sink?.gone?.addEventListener("abort", gone);
    try {
      await Promise.race([this.#ready.promise, promise]);
      const deadline = Date.now() + timeoutMs;
      this.#send({ type: "invoke", id, event, deadline, streaming: sink !== undefined });
      return await promise;
    } finally {
      clearTimeout(timer);
      sink?.gone?.removeEventListener("abort", gone);
      this.#invocations.delete(id);
    }
  }

  /** Ends it at once, and what runs in it. */
  kill(reason: FunctionError = new FunctionError("Runtime.ExitError", "The environment was killed.")): void {
    this.#end(reason);
    void this.#worker.terminate();
  }

  #send(message: ToEnvironment): void {
    if (!this.#ended) this.#worker.postMessage(message);
  }

  #hear(message: FromEnvironment): void {
    if (message.type === "ready") return this.#ready.resolve();
    if (message.type === "broken") return this.kill(new FunctionError(message.errorType, message.message));
    const invocation = this.#invocations.get(message.id);
    switch (message.type) {
      case "metadata":
        return invocation && this.#begin(message.id, message.metadata, invocation);
      case "bytes":
        return void this.#hand(message.id, message.bytes, invocation);
      case "result":
        return invocation && end(message.json, invocation);
      case "failed":
        return invocation?.reject(new FunctionError(message.errorType, message.message));
    }
  }

  #begin(id: number, metadata: ResponseMetadata, invocation: Invocation): void {
    try {
      invocation.sink?.begin(metadata);
    } catch (thrown) {
      invocation.refusal = new FunctionError("Runtime.InvalidMetadata", String(thrown));
      this.#send({ type: "gone", id });
    }
  }

  async #hand(id: number, bytes: Uint8Array, invocation: Invocation | undefined): Promise<void> {
    try {
      if (invocation?.refusal !== undefined) throw invocation.refusal;
      await invocation?.sink?.write(bytes);
      this.#send({ type: "taken", id });
    } catch {
      this.#send({ type: "gone", id });
    }
  }

  #end(reason: FunctionError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ready.reject(reason);
    for (const { reject } of this.#invocations.values()) reject(reason);
    this.#options.ended();
  }
}

function end(json: string | undefined, { refusal, resolve, reject }: Invocation): void {
  if (refusal !== undefined) return reject(refusal);
  if (json === undefined) return resolve(undefined);
  if (Buffer.byteLength(json) <= MOST_RESULT) return resolve(JSON.parse(json));
  const reason = `Response payload size exceeded maximum allowed payload size (${MOST_RESULT} bytes).`;
  reject(new FunctionError("Function.ResponseSizeTooLarge", reason));
}

/** The compiler leaves addresses as they are: the thread's file has this one's ending. */
function threadFile(): URL {
  return new URL(`./environment-thread.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
}

function forward(stream: Readable, print: (line: string) => void): void {
  createInterface({ input: stream }).on("line", print);
}
