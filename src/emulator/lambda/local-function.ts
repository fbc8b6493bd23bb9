import { pathToFileURL } from "node:url";
import { type Logger, silentLogger } from "../../logger.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import { FunctionError, type LambdaFunction, type ResponseSink } from "./function.ts";
import { MOST_ASYNCHRONOUS, MOST_SYNCHRONOUS } from "./quotas.ts";

export interface LocalFunctionOptions {
  readonly name: string;
  /** The handler's module, `.js`, `.mjs`, `.cjs` or `.ts`. */
  readonly path: string;
  /** Default `handler`. */
  readonly export?: string;
  /** Its variables; nothing of this process's own environment is seen. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Invocations at a time in one environment; 1 by default, as in Lambda. */
  readonly concurrency?: number;
  /** Environments at a time, 10 by default; further invocations wait. */
  readonly maxEnvironments?: number;
  /** 30 s by default. A longer invocation ends its environment. */
  readonly timeoutMs?: number;
  readonly memoryMb?: number;
  /** Further attempts of an asynchronous invocation that failed; 2 by default, as in Lambda. */
  readonly retries?: number;
  /** Node's own options, like `--conditions=development`. */
  readonly execArgv?: readonly string[];
  /** Each line that the handler prints; by default it goes to the output of this process. */
  readonly output?: (line: string, stream: "stdout" | "stderr") => void;
  readonly logger?: Logger;
}

/** A function that runs on this machine. */
export interface LocalFunction extends LambdaFunction, AsyncDisposable {
  /** An asynchronous invocation: resolves once it is taken. */
  invokeLater(event: unknown): Promise<void>;
  /** Ends all environments as a crash would: what runs in them fails with `Runtime.ExitError`. */
  killEnvironments(): void;
  /** Further invocations get fresh environments, with the module as it is then. */
  reload(): void;
  /** Ends everything. */
  close(): Promise<void>;
}

/** Runs a handler in threads of this process, each an execution environment. */
export function localFunction(options: LocalFunctionOptions): LocalFunction {
  return new ThreadedFunction(options);
}

class ThreadedFunction implements LocalFunction {
  readonly name: string;
  readonly #options: LocalFunctionOptions;
  readonly #logger: Logger;
  readonly #environments = new Set<ExecutionEnvironment>();
  /** Those that end when what runs in them has ended. */
  readonly #old = new Set<ExecutionEnvironment>();
  readonly #waiting: (() => void)[] = [];
  readonly #later = new Set<Promise<void>>();
  #closed = false;

  constructor(options: LocalFunctionOptions) {
    this.name = options.name;
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  invoke(event: unknown): Promise<unknown> {
    return this.#run(payload(event, MOST_SYNCHRONOUS));
  }

  async invokeStreaming(event: unknown, sink: ResponseSink): Promise<void> {
    await this.#run(payload(event, MOST_SYNCHRONOUS), sink);
  }

  async invokeLater(event: unknown): Promise<void> {
    const json = payload(event, MOST_ASYNCHRONOUS);
    const work = this.#persist(json, (this.#options.retries ?? 2) + 1);
    this.#later.add(work);
    void work.finally(() => this.#later.delete(work));
  }

  killEnvironments(): void {
    for (const environment of [...this.#environments, ...this.#old]) environment.kill();
  }

  reload(): void {
    for (const environment of this.#environments) {
      this.#old.add(environment);
      this.#environments.delete(environment);
      this.#endIfIdle(environment);
    }
    // There is room for fresh ones now.
    for (const proceed of this.#waiting.splice(0)) proceed();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const proceed of this.#waiting.splice(0)) proceed();
    this.killEnvironments();
    await Promise.all(this.#later);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #persist(json: string, attempts: number): Promise<void> {
    for (let attempt = 1; attempt <= attempts && !this.#closed; attempt += 1) {
      try {
        await this.#run(json);
        return;
      } catch (thrown) {
        const { name } = this;
        if (!this.#closed)
          this.#logger.error({ err: thrown, function: name, attempt }, "an asynchronous invocation failed");
      }
    }
  }

  async #run(json: string, sink?: ResponseSink): Promise<unknown> {
    let environment = this.#free();
    while (environment === undefined) {
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
      environment = this.#free();
    }
    // Nothing may be awaited between finding it and invoking it: another caller would find it free too.
    try {
      return await environment.invoke(json, sink);
    } finally {
      this.#endIfIdle(environment);
      this.#waiting.shift()?.();
    }
  }

  /** An environment with room for one more; undefined where all are busy and there are as many as there may be. */
  #free(): ExecutionEnvironment | undefined {
    const { concurrency = 1, maxEnvironments = 10 } = this.#options;
    if (this.#closed) throw new FunctionError("Runtime.ExitError", `The function "${this.name}" was closed.`);
    for (const environment of this.#environments) if (environment.busy < concurrency) return environment;
    return this.#environments.size < maxEnvironments ? this.#make() : undefined;
  }

  #make(): ExecutionEnvironment {
    const {
      name,
      path,
      environment = {},
      timeoutMs = 30_000,
      memoryMb = 512,
      execArgv = [],
      output = print,
    } = this.#options;
    const variables: Record<string, string> = { ...BASE_VARIABLES, ...environment, AWS_LAMBDA_FUNCTION_NAME: name };
    const functionArn = `arn:aws:lambda:${variables["AWS_REGION"]}:000000000000:function:${name}`;
    const made: ExecutionEnvironment = new ExecutionEnvironment({
      module: pathToFileURL(path).href,
      exportName: this.#options.export ?? "handler",
      functionName: name,
      functionArn,
      memoryMb,
      variables: { ...variables, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb) },
      timeoutMs,
      execArgv,
      output,
      ended: () => {
        this.#environments.delete(made);
        this.#old.delete(made);
      },
    });
    this.#environments.add(made);
    return made;
  }

  #endIfIdle(environment: ExecutionEnvironment): void {
    if (this.#old.has(environment) && environment.busy === 0) environment.kill();
  }
}

/** What Lambda sets for every function, as far as code at home may look at it. The keys open nothing. */
const BASE_VARIABLES: Readonly<Record<string, string>> = {
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  TZ: ":UTC",
};

function payload(event: unknown, most: number): string {
  const json = JSON.stringify(event) ?? "null";
  if (Buffer.byteLength(json) > most) {
    throw new FunctionError("RequestTooLargeException", `The payload may hold ${most} bytes at most.`);
  }
  return json;
}

function print(line: string, stream: "stdout" | "stderr"): void {
  process[stream].write(`${line}\n`);
}
