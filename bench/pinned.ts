import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const FOLDER = import.meta.dirname;
/** No answer takes longer. */
const PATIENCE_MS = 90_000;
const END_MS = 10_000;

/** One of the bench's own processes, held to one processor core. Ends when disposed of. */
export class Pinned implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #file: string;
  readonly #exited: Promise<unknown>;
  readonly #heard: unknown[] = [];
  #listen: (() => void) | undefined;
  #ended = false;

  /** `given` becomes JSON arguments; `flags` are Node's. */
  constructor(core: number, file: string, given: readonly unknown[], flags: readonly string[]) {
    this.#file = file;
    const node = [process.execPath, ...flags, join(FOLDER, file)];
    const command = ["-c", String(core), ...node, ...given.map((value) => JSON.stringify(value))];
    this.#child = spawn("taskset", command, {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    this.#exited = new Promise((resolve) => this.#child.once("exit", resolve));
    void this.#exited.then(() => {
      this.#ended = true;
      this.#listen?.();
    });
    this.#child.on("error", () => {});
    this.#child.on("message", (message) => {
      this.#heard.push(message);
      this.#listen?.();
    });
  }

  /** The next thing it says. */
  async hear(): Promise<unknown> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.#heard.length === 0) {
      if (this.#ended) throw new Error(`${this.#file} has ended too early.`);
      if (Date.now() >= deadline) throw new Error(`${this.#file} said nothing for ${PATIENCE_MS} ms.`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        this.#listen = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.#heard.shift();
  }

  tell(message: string): void {
    this.#child.send(message);
  }

  async ask(question: string): Promise<unknown> {
    this.tell(question);
    return this.hear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ended) return;
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), END_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}
