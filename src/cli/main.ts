#!/usr/bin/env node
/** What `npx sluice` runs. */
import { EMULATE_HELP, readEmulateOptions } from "./emulate-options.ts";
import { emulate } from "./emulate.ts";
import { UsageError } from "./usage-error.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

try {
  await run(process.argv.slice(2));
} catch (thrown) {
  if (!(thrown instanceof UsageError)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 2;
}

async function run([command, ...args]: readonly string[]): Promise<void> {
  if (command === undefined) throw new UsageError("Name a command, as `sluice --help` says.");
  const help = command === "--help" || command === "-h" || command === "help";
  if (!help && command !== "emulate") throw new UsageError(`There is no command "${command}"; there is: emulate.`);
  if (help || args.includes("--help") || args.includes("-h")) return void process.stdout.write(EMULATE_HELP);
  const emulator = await emulate(readEmulateOptions(args));
  // The second time the signal does what it does by default.
  const end = (): void => {
    for (const signal of SIGNALS) process.off(signal, end);
    void emulator[Symbol.asyncDispose]();
  };
  for (const signal of SIGNALS) process.on(signal, end);
}
