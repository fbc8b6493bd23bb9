import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { FLAT_OUT, startBedrockEmulator } from "../src/emulator/bedrock/index.ts";

const ROOT = resolve(import.meta.dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

it.each(["server", "client"])("the README shows examples/hello/%s.ts as it is", (name) => {
  expect(README).toContain(readFileSync(join(ROOT, `examples/hello/${name}.ts`), "utf8"));
});

it("the README's server and client work together", async () => {
  await using emulator = await startBedrockEmulator({ fallback: () => "Blue light scatters most.", pace: FLAT_OUT });
  const folder = mkdtempSync(join(tmpdir(), "sluice-hello-"));
  const aws = {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: emulator.url,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const server = start("server.ts", folder, { ...aws, PORT: "0" });
  try {
    const [line] = (await once(server.stdout!, "data")) as [Buffer];
    const client = start("client.ts", folder, {}, `${line.toString().trim()}/assistant`);
    let printed = "";
    client.stdout!.on("data", (data: Buffer) => (printed += data.toString()));
    const [code] = (await once(client, "close")) as [number];
    expect([code, printed]).toEqual([0, "Blue light scatters most.\n4 words\n"]);
  } finally {
    server.kill("SIGTERM");
    await once(server, "close");
    rmSync(folder, { recursive: true });
  }
});

function start(file: string, folder: string, env: Record<string, string>, ...args: string[]): ChildProcess {
  const program = join(ROOT, "examples/hello", file);
  const options = { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] as const };
  return spawn(process.execPath, ["--conditions=sluice-source", program, ...args], {
    ...options,
    stdio: [...options.stdio],
  });
}
