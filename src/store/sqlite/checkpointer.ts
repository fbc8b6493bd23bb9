import { Worker } from "node:worker_threads";
import { threadFile } from "./thread-file.ts";

/**
 * Carries the write-ahead log over into the file from a thread of its own: what that costs, its syncs above all, would
 * hold up the event loop for many milliseconds. The thread starts with the first checkpoint.
 */
export class Checkpointer {
  readonly #path: string;
  readonly #finish: () => void;
  #worker: Worker | undefined;
  #busy = false;
  #broken = false;

  /** `finish` is called after each round, to carry over the little that was written meanwhile. */
  constructor(path: string, finish: () => void) {
    this.#path = path;
    this.#finish = finish;
  }

  /** Starts a round, unless one is under way. */
  begin(): void {
    if (this.#busy) return;
    if (!this.#broken) this.#ask();
    if (this.#broken) this.#finish();
  }

  #ask(): void {
    try {
      this.#worker ??= this.#start();
      this.#worker.postMessage("checkpoint");
      this.#busy = true;
    } catch {
      // A process that may start no threads does without.
      this.#broken = true;
    }
  }

  /** Ends the thread; no round is finished any more. */
  async close(): Promise<void> {
    this.#busy = true;
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(threadFile("checkpoint-thread"), { workerData: { path: this.#path }, execArgv: [] });
    worker.unref();
    const done = (): void => {
      if (this.#worker !== worker) return;
      this.#busy = false;
      this.#finish();
    };
    worker.on("message", done);
    worker.on("error", () => {
      this.#broken = true;
      done();
    });
    return worker;
  }
}
