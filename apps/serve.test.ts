import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

const PROGRAM = join(import.meta.dirname, "serve.ts");

interface Program {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly exit: Promise<number | null>;
}

/** Starts the program with this environment alone. */
function start(environment: Record<string, string>): Program {
  const child = spawn(process.execPath, ["--conditions=sluice-source", PROGRAM], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  child.stdout.on("data", (data) => (text.out += String(data)));
  child.stderr.on("data", (data) => (text.err += String(data)));
  const exit = once(child, "close").then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await exit;
  });
  return { child, out: () => text.out, err: () => text.err, exit };
}

/** Waits for the start lines, and gives the address in them. */
async function addressOf({ child, out, err, exit }: Program): Promise<string> {
  while (!/stand-in/.test(out())) {
    const ended = await Promise.race([once(child.stdout!, "data").then(() => false), exit.then(() => true)]);
    if (ended) throw new Error(`it ended: ${err()}`);
  }
  return /http:\/\/\S+:\d+/.exec(out())![0];
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "sluice-serve-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const OFFLINE = { PORT: "0", SLUICE_STORE: "memory:", SLUICE_OFFLINE_PACE: "max" };

describe("npm start (DESIGN section 4)", () => {
  test("serves every system without a model, says so, and ends on SIGTERM", async () => {
    const program = start(OFFLINE);
    const url = await addressOf(program);
    expect(program.out()).toMatch(
      /^Sluice listens at http:\/\/127\.0\.0\.1:\d+ \(titles, images, llm, realestate, predictions\)\.\n(.*\n)?The model is a stand-in/,
    );

    const config = (await (await fetch(`${url}/config.json`)).json()) as Record<string, unknown>;
    expect(config).toMatchObject({ model: "offline", standIn: true, operations: true, authentication: false });
    const answer = await fetch(`${url}/titles/stream`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ projectId: "test", userInput: "Hello" }),
    });
    expect(await answer.json()).toMatchObject({ type: "stream_complete", sessionId: "test" });

    program.child.kill("SIGTERM");
    expect(await program.exit).toBe(0);
    expect(program.out().trimEnd().split("\n").length).toBeLessThanOrEqual(3);
    for (const line of program.err().trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("msg");
  });

  test("law 1: cards and streams are there again after a restart", async () => {
    const store = {
      ...OFFLINE,
      SLUICE_STORE: `sqlite:${join(await folder(), "new", "sluice.db")}`,
      LOG_LEVEL: "silent",
    };
    const cards = { cards: [{ name: "Tone", text: "Dry" }] };
    const first = start(store);
    const path = "/titles/projects/p/cards";
    const headers = { "Content-Type": "application/json" };
    await fetch((await addressOf(first)) + path, { method: "PUT", headers, body: JSON.stringify(cards) });
    first.child.kill("SIGKILL");
    await first.exit;

    const second = start(store);
    expect(await (await fetch((await addressOf(second)) + path)).json()).toEqual(cards);
    expect(second.err()).toBe("");
  });

  test("a wrong value is one sentence and exit code 1", async () => {
    const { exit, err, out } = start({ ...OFFLINE, PORT: "many" });
    expect(await exit).toBe(1);
    expect(err()).toBe('PORT must be a whole number from 0 to 65535, not "many".\n');
    expect(out()).toBe("");
  });

  test("a port in use is one sentence and exit code 1", async () => {
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const { exit, err } = start({ ...OFFLINE, PORT: String(port) });
    expect(await exit).toBe(1);
    expect(err()).toBe(`Port ${port} of 127.0.0.1 is in use by another program; set PORT to a free one.\n`);
  });

  test("a store that another process owns is one sentence and exit code 1", async () => {
    const store = { ...OFFLINE, SLUICE_STORE: `sqlite:${join(await folder(), "sluice.db")}` };
    await addressOf(start(store));
    const { exit, err } = start(store);
    expect(await exit).toBe(1);
    expect(err()).toMatch(
      /^The store cannot be opened at \S+: .*in use by another process; SLUICE_STORE names another\.\n$/,
    );
  });

  test("a folder that cannot be made is one sentence and exit code 1", async () => {
    const file = join(await folder(), "file");
    await writeFile(file, "");
    const { exit, err } = start({ ...OFFLINE, SLUICE_STORE: `sqlite:${join(file, "sluice.db")}` });
    expect(await exit).toBe(1);
    expect(err()).toMatch(/^The store cannot be opened at [^\n]+; SLUICE_STORE names another\.\n$/);
  });

  test("an address beyond loopback without authentication is refused in one sentence", async () => {
    const { exit, err } = start({ ...OFFLINE, HOST: "0.0.0.0" });
    expect(await exit).toBe(1);
    expect(err()).toMatch(/^Without authentication [^\n]+SLUICE_ALLOW_ANONYMOUS=1[^\n]+\n$/);
  });

  test("an address of another machine is one sentence and exit code 1", async () => {
    const { exit, err } = start({ ...OFFLINE, HOST: "192.0.2.1", SLUICE_ALLOW_ANONYMOUS: "1" });
    expect(await exit).toBe(1);
    expect(err()).toBe('"192.0.2.1" is no address of this machine; set HOST to one that is.\n');
  });
});
