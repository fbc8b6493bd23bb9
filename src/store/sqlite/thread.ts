import { Worker } from "node:worker_threads";
import { SluiceError, type ErrorCode } from "../../protocol/errors.ts";
import type { RecordsEngine } from "../../records/sqlite.ts";
import type { Caller } from "./caller.ts";
import type { StoreEngine } from "./engine.ts";
import { threadFile } from "./thread-file.ts";

/** A call on its way to the writer thread. */
export interface Call {
  readonly id: number;
  readonly engine: "store" | "records";
  readonly method: string;
  readonly given: readonly unknown[];
}

/** What became of it: `value`, or `error` where it failed, with `code` where that is one of the product's. */
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: Error;
  readonly code?: ErrorCode;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The writer thread as this thread sees it. Keeps the process alive only while a call is under way. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #dead: Error | undefined;

  readonly store: Caller<StoreEngine> = (method, ...given) => this.#call("store", method, given) as Promise<never>;
  readonly records: Caller<RecordsEngine> = (method, ...given) =>
    this.#call("records", method, given) as Promise<never>;

  /** Starts the thread on the file; rejects with the reason where that cannot be opened. */
  static async open(path: string): Promise<Thread> {
    // The process's own flags are for its own program: some, as --input-type, would break this one.
    const worker = new Worker(threadFile("writer-thread"), { workerData: { path }, execArgv: [] });
    const thread = new Thread(worker);
    await thread.#wait(0);
    return thread;
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (answers: readonly Answer[]) => this.#answered(answers));
    worker.on("error", (error) => this.#died(error as Error));
    worker.on("exit", () => this.#died(new Error("The store is closed.")));
  }

  async close(): Promise<void> {
    if (this.#dead === undefined) await this.#call("store", "close", []);
    await this.#worker.terminate();
  }

  async #call(engine: Call["engine"], method: string, given: readonly unknown[]): Promise<unknown> {
    if (this.#dead !== undefined) throw this.#dead;
    this.#calls += 1;
    const call: Call = { id: this.#calls, engine, method, given };
    this.#worker.postMessage(call);
    return this.#wait(call.id);
  }

  #wait(id: number): Promise<unknown> {
    if (this.#waiting.size === 0) this.#worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    return promise;
  }

  #answered(answers: readonly Answer[]): void {
    for (const { id, value, error, code } of answers) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(code === undefined ? error : new SluiceError(code, error.message));
    }
    if (this.#waiting.size === 0) this.#worker.unref();
  }

  #died(error: Error): void {
    this.#dead ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#dead);
    this.#waiting.clear();
  }
}
