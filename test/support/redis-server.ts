import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const HOST = "127.0.0.1";
const ATTEMPTS = 5;

/** A redis-server of its own: loopback, a free port, its own folder. Ends, with its folder, when disposed of. */
export class RedisServer implements AsyncDisposable {
  readonly host: string = HOST;
  readonly #folder: string;
  readonly #options: readonly string[];
  #port = 0;
  #process: ChildProcess | undefined;

  private constructor(folder: string, options: readonly string[]) {
    this.#folder = folder;
    this.#options = options;
  }

  /** `options` are those of redis-server, such as `"--cluster-enabled", "yes"`. Nothing is saved unless they say so. */
  static async start(options: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await mkdtemp(join(tmpdir(), "redis-server-")), options);
    for (let attempt = 1; ; attempt += 1) {
      server.#port = await freePort();
      try {
        await server.start();
        return server;
      } catch (error) {
        if (attempt < ATTEMPTS) continue;
        await server[Symbol.asyncDispose]();
        throw error;
      }
    }
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `redis://${HOST}:${this.#port}`;
  }

  /** Starts it again after `kill`, on the same port, with what its folder holds. */
  async start(): Promise<void> {
    const place = ["--bind", HOST, "--port", String(this.#port), "--dir", this.#folder];
    const quiet = ["--save", "", "--appendonly", "no", "--cluster-port", String(await freePort())];
    const child = spawn("redis-server", [...place, ...quiet, ...this.#options], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#process = child;
    const endWithUs = (): void => void child.kill("SIGKILL");
    process.once("exit", endWithUs);
    child.once("exit", () => process.off("exit", endWithUs));
    const failed = once(child, "error").then(([error]) => Promise.reject(error as Error));
    await Promise.race([ready(child), failed]);
  }

  /** Ends it without a word to its clients, and without saving. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Freezes it: its connections stay, and nothing is answered until what this gives is called. */
  freeze(): () => void {
    const child = this.#process;
    child?.kill("SIGSTOP");
    return () => void child?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Resolves at the line that says so; rejects, with the log, where the server ends before it. */
async function ready(child: ChildProcess): Promise<void> {
  const log: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    log.push(line);
    if (line.includes("Ready to accept connections")) {
      child.stdout!.resume();
      return;
    }
  }
  throw new Error(`redis-server has ended before it was ready:\n${log.join("\n")}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, HOST);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
