import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

/** `sluice` as a process of its own; what it prints is kept line by line. */
export class Command implements AsyncDisposable {
  readonly lines: string[] = [];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  readonly #watchers = new Set<() => void>();

  constructor(args: readonly string[]) {
    const main = join(ROOT, "src/cli/main.ts");
    this.#child = spawn(process.execPath, ["--conditions=sluice-source", main, ...args], {
      cwd: ROOT,
      // No region and no endpoint of whoever runs the tests.
      env: { PATH: process.env["PATH"], GREETING: "hello from outside" },
    });
    this.#closed = once(this.#child, "close").then(() => this.#tell());
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        this.lines.push(line);
        this.#tell();
      });
    }
  }

  /** The first line that matches, whether it came already or not; rejects where the process ends before. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#child.exitCode !== null) throw new Error(`It ended without ${pattern}:\n${this.lines.join("\n")}`);
      const { promise, resolve: proceed } = Promise.withResolvers<void>();
      this.#watchers.add(proceed);
      await promise;
      this.#watchers.delete(proceed);
    }
  }

  /** Its exit code. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#closed;
  }

  #tell(): void {
    for (const proceed of this.#watchers) proceed();
  }
}

export interface Emulating {
  readonly command: Command;
  /** Where clients connect. */
  readonly url: string;
  readonly callbackUrl: string;
}

/**
 * `sluice emulate` on any free port, from the moment that it listens. It is ended by what `afterwards` is given, whether it
 * came so far or not.
 */
export async function emulating(
  args: readonly string[],
  afterwards: (end: () => Promise<void>) => void = onTestFinished,
): Promise<Emulating> {
  const command = new Command(["emulate", "--port", "0", ...args]);
  afterwards(() => command[Symbol.asyncDispose]());
  const [url, callbackUrl] = await Promise.all([/^WebSocket +/, /^Callback +/].map((label) => printed(command, label)));
  return { command, url: url!, callbackUrl: callbackUrl! };
}

async function printed(command: Command, label: RegExp): Promise<string> {
  return (await command.line(label)).replace(label, "");
}
