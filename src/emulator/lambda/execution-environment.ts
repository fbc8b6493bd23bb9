import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Worker } from "node:worker_threads";
import { FunctionError, type ResponseSink } from "./function.ts";
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
}

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
    try {
      await Promise.race([this.#ready.promise, promise]);
      const deadline = Date.now() + timeoutMs;
      this.#send({ type: "invoke", id, event, deadline, streaming: sink !== undefined });
      return await promise;
    } finally {
      clearTimeout(timer);
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
        return invocation?.sink?.begin(message.metadata);
      case "bytes":
        return void this.#hand(message.id, message.bytes, invocation?.sink);
      case "result":
        return invocation?.resolve(message.json === undefined ? undefined : JSON.parse(message.json));
      case "failed":
        return invocation?.reject(new FunctionError(message.errorType, message.message));
    }
  }

  async #hand(id: number, bytes: Uint8Array, sink: ResponseSink | undefined): Promise<void> {
    try {
      await sink?.write(bytes);
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

/** The compiler leaves addresses as they are: the thread's file has this one's ending. */
function threadFile(): URL {
  return new URL(`./environment-thread.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`, import.meta.url);
}

function forward(stream: Readable, print: (line: string) => void): void {
  createInterface({ input: stream }).on("line", print);
}
