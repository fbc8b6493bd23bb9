import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Limits } from "sluice";

/** How long the server under fuzz keeps a stream that has ended. */
export const RETENTION_MS = 1500;

/** Short, so that what was stored goes again while the fuzzer runs, and nothing waits long. */
const LIMITS: Partial<Limits> = {
  retentionMs: RETENTION_MS,
  forgetMs: 10_000,
  sweepMs: 500,
  maxWaitMs: 300,
  heartbeatMs: 500,
  headersTimeoutMs: 1000,
  bodyTimeoutMs: 1000,
};

export interface ServerState {
  /** Heap and external memory after a garbage collection, bytes. */
  readonly used: number;
  readonly rss: number;
  readonly connections: Readonly<Record<string, number>>;
  readonly runsRunning: number;
}

/** The server under fuzz, in a process of its own. */
export class ServerProcess implements AsyncDisposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #output: { text: string };

  private constructor(child: ChildProcess, port: number, folder: string, output: { text: string }) {
    this.#child = child;
    this.port = port;
    this.#folder = folder;
    this.#output = output;
  }

  static async start(): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-fuzz-"));
    const child = fork(join(import.meta.dirname, "fuzz-server.ts"), {
      execArgv: ["--conditions=sluice-source", "--expose-gc"],
      env: { ...process.env, FUZZ_FOLDER: folder, FUZZ_LIMITS: JSON.stringify(LIMITS) },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const output = { text: "" };
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on("data", (bytes: Buffer) => (output.text += bytes.toString("utf8")));
    }
    const [first] = (await Promise.race([once(child, "message"), once(child, "exit").then(() => [{ port: 0 }])])) as [
      { port: number },
    ];
    if (first.port === 0) throw new Error(`The server did not start:\n${output.text}`);
    return new ServerProcess(child, first.port, folder, output);
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Everything that the server wrote: its log above `info`, and what Node said by itself. */
  get output(): string {
    return this.#output.text;
  }

  async state(): Promise<ServerState> {
    this.#child.send("state");
    const [{ state }] = (await once(this.#child, "message", { signal: AbortSignal.timeout(20_000) })) as [
      { state: ServerState },
    ];
    return state;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.alive) {
      const exit = once(this.#child, "exit");
      const late = setTimeout(() => this.#child.kill("SIGKILL"), 20_000);
      this.#child.send("close");
      await exit;
      clearTimeout(late);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
