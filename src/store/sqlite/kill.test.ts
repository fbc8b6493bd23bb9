import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { readAll } from "../../testing/conformance/store/fixture.ts";
import { sqliteStore } from "../sqlite.ts";

/** Writes numbers to one stream for ever, ends a small stream after each ten, and prints what was acknowledged. */
const WRITER = `
  import { writeSync } from "node:fs";
  const { sqliteStore } = await import(${JSON.stringify(new URL("../sqlite.ts", import.meta.url).href)});
  const [path, durability] = process.argv.slice(1);
  const store = await sqliteStore(path, { durability });
  const base = { app: "a", route: "r", owner: "", scope: "s", retentionMs: 1e9, createdAt: 1 };
  const start = '{"n":0}';
  await store.open({ ...base, streamId: "numbers", requestId: "numbers" }, start);
  const { epochs, seq } = await store.head("numbers");
  const { epoch } = await store.takeover("numbers", epochs.length);
  for (let n = seq + 1; ; ) {
    const events = Array.from({ length: 1 + (n % 5) }, (_, index) => JSON.stringify({ n: n + index, pad: "x".repeat(n % 3000) }));
    const side = { ...base, streamId: "side-" + process.pid + "-" + n };
    await store.open(side, start);
    const [outcome, ended] = await store.append([
      { streamId: "numbers", epoch, seq: n, at: n, events },
      { streamId: side.streamId, epoch: 1, seq: 1, at: n, events: ['{"end":true}'], end: "complete" },
    ]);
    if (outcome.outcome !== "stored" || ended.outcome !== "stored") throw new Error(JSON.stringify([outcome, ended]));
    writeSync(1, (n + events.length - 1) + " " + side.streamId + "\\n");
    n += events.length;
  }
`;

it.each(["process", "disk"] as const)(
  "law 1: after SIGKILL everything acknowledged is there, dense and whole, and the stream is abandoned (%s)",
  async (durability) => {
    const folder = await mkdtemp(join(tmpdir(), "sluice-kill-"));
    const path = join(folder, "test.db");
    try {
      for (const lines of [1, 40, 333, 900]) {
        const { acknowledged, sides } = await killAfter(lines, path, durability);
        const store = await sqliteStore(path, { durability });
        expect((await store.abandoned(Date.now())).map(({ streamId }) => streamId)).toContain("numbers");
        const numbers = (await readAll(store, "numbers")).map((json) => (JSON.parse(json) as { n: number }).n);
        expect(numbers.length).toBeGreaterThan(acknowledged);
        expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index));
        for (const side of sides) {
          expect((await store.head(side))?.state).toBe("complete");
          expect(await readAll(store, side)).toEqual(['{"n":0}', '{"end":true}']);
        }
        await store.close();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000,
);

/** Lets a writer print so many lines and kills it in the midst of its work; gives the last number that it was told is stored. */
async function killAfter(
  lines: number,
  path: string,
  durability: string,
): Promise<{ acknowledged: number; sides: string[] }> {
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", WRITER, path, durability], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const sides: string[] = [];
  let acknowledged = -1;
  for await (const line of createInterface({ input: (child as ChildProcess).stdout! })) {
    const [seq, side] = line.split(" ");
    acknowledged = Number(seq);
    sides.push(side!);
    if (sides.length === lines) child.kill("SIGKILL");
  }
  expect((await exited)[1]).toBe("SIGKILL");
  expect(sides.length).toBeGreaterThanOrEqual(lines);
  return { acknowledged, sides };
}
