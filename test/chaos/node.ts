import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type FaultProxy, faultProxy } from "../../src/testing/fault-proxy.ts";
import type { SeededRandom } from "../../src/testing/seeded-random.ts";

const SCRIPT = join(import.meta.dirname, "node-process.ts");

export interface NodeOptions {
  readonly redisPort: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly random: SeededRandom;
}

/** A server process between two proxies: one towards its viewers, one towards Redis. */
export class ChaosNode implements AsyncDisposable {
  /** What its viewers come by. */
  readonly front: FaultProxy;
  /** What it reaches Redis by. */
  readonly back: FaultProxy;
  readonly #port: number;
  readonly #options: NodeOptions;
  #process: ChildProcess | undefined;
  #log = "";

  private constructor(port: number, front: FaultProxy, back: FaultProxy, options: NodeOptions) {
    this.#port = port;
    this.front = front;
    this.back = back;
    this.#options = options;
  }

  static async start(port: number, options: NodeOptions): Promise<ChaosNode> {
    const front = await faultProxy(port, { random: options.random });
    const back = await faultProxy(options.redisPort, { random: options.random });
    const node = new ChaosNode(port, front, back, options);
    await node.start();
    return node;
  }

  get url(): string {
    return this.front.url;
  }

  /** The last of what it wrote to standard error. */
  get log(): string {
    return this.#log;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Resolves when it listens; again and again, as long as Redis is not there. */
  async start(): Promise<void> {
    while (this.#process === undefined) {
      const child = this.#spawn();
      const up = await Promise.race([listening(child).then(() => true), once(child, "exit").then(() => false)]);
      if (up) this.#process = child;
    }
  }

  /** Ends it, and waits until it is gone. */
  async stop(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined) return;
    const gone = child.exitCode === null && child.signalCode === null ? once(child, "exit") : undefined;
    child.kill("SIGCONT");
    child.kill(signal);
    await gone;
  }

  /** It stands still, as a machine does that swaps or moves; its sockets stay. */
  freeze(): () => void {
    const child = this.#process;
    child?.kill("SIGSTOP");
    return () => void child?.kill("SIGCONT");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
    await Promise.all([this.front.close(), this.back.close()]);
  }

  #spawn(): ChildProcess {
    const { leaseMs, graceMs } = this.#options;
    const environment = {
      PATH: process.env["PATH"],
      PORT: String(this.#port),
      CHAOS_REDIS: `redis://127.0.0.1:${this.back.port}`,
      CHAOS_LEASE_MS: String(leaseMs),
      CHAOS_GRACE_MS: String(graceMs),
    };
    const child = spawn(process.execPath, ["--conditions=sluice-source", SCRIPT], { env: environment });
    const endWithUs = (): void => void child.kill("SIGKILL");
    process.once("exit", endWithUs);
    child.once("exit", () => process.off("exit", endWithUs));
    child.stderr.on("data", (bytes: Buffer) => (this.#log = (this.#log + bytes.toString("utf8")).slice(-KEPT)));
    return child;
  }
}

const KEPT = 20_000;

async function listening(child: ChildProcess): Promise<void> {
  for (let output = ""; !output.includes("Listening");) {
    const [bytes] = (await once(child.stdout!, "data")) as [Buffer];
    output += bytes.toString("utf8");
  }
  child.stdout!.resume();
}
