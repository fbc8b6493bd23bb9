/**
 * What a tenant that floods costs another: `node --conditions=sluice-source bench/flood.ts [options]`. Each round times the paced
 * viewers of one tenant alone, then beside a flood that goes to another server, and then beside another tenant's flood on their own:
 * the flooder shares the viewers' core, so only the two floods can be compared.
 *
 *   --seconds N       of each measurement (15)
 *   --rounds N        (3)
 *   --viewers N       paced viewers, 20 tokens a second each (50)
 *   --connections N   of the flood (50)
 *   --flood N         messages that it sends a second, of which its allowance is 20 (5000)
 */
import { spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { WebSocket } from "ws";
import { chunkValues } from "./job.ts";
import { machine } from "./machine.ts";
import { median, percentile } from "./median.ts";
import { microseconds } from "./microseconds.ts";
import { Pinned } from "./pinned.ts";
import { table } from "./soak/report.ts";
import { CLIENT_CORE } from "./stage.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "15" },
    rounds: { type: "string", default: "3" },
    viewers: { type: "string", default: "50" },
    connections: { type: "string", default: "50" },
    flood: { type: "string", default: "5000" },
  },
});
const SERVER_CORE = 0;
const EVERY_MS = 50;
const SETTLE_MS = 2000;
const [seconds, rounds, viewers] = [Number(options.seconds), Number(options.rounds), Number(options.viewers)];

interface Measured {
  readonly p50: number;
  readonly p99: number;
  /** Of the server's core. */
  readonly cpu: number;
}

interface Tally {
  readonly sent: number;
  readonly refused: number;
  readonly granted: number;
}

spawnSync("taskset", ["-acp", String(CLIENT_CORE), String(process.pid)]);
const place = machine();
const rows: { quiet: Measured; control: Measured; flooded: Measured; tally: Tally }[] = [];
for (let round = 1; round <= rounds; round += 1) {
  const folder = await mkdtemp(join(tmpdir(), "flood-"));
  try {
    await using server = serverOn(SERVER_CORE, folder, "own.db");
    const port = (await server.hear()) as number;
    const delays: number[] = [];
    const paced = await Promise.all(Array.from({ length: viewers }, (_, index) => watch(port, index, delays)));
    await pause(SETTLE_MS);
    const quiet = await measure(server, delays);
    const { measured: control } = await beside(await otherServer(folder), () => measure(server, delays));
    const { measured: flooded, tally } = await beside({ port }, () => measure(server, delays));
    for (const ws of paced) ws.terminate();
    rows.push({ quiet, control, flooded, tally });
    process.stderr.write(`round ${round}: ${JSON.stringify(rows.at(-1))}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const HEADS = ["round", "p50 µs quiet", "elsewhere", "here", "p99 µs quiet", "elsewhere", "here", "here to elsewhere"];
process.stdout.write(
  `${[
    `${place} ${viewers} paced viewers beside ${options.flood} messages a second on ${options.connections} connections, ${seconds} s.`,
    table(
      [...HEADS, "CPU quiet", "here", "sent", "refused"],
      rows.map(({ quiet, control, flooded, tally }, round) => [
        String(round + 1),
        ...[quiet, control, flooded].map(({ p50 }) => p50.toFixed(0)),
        ...[quiet, control, flooded].map(({ p99 }) => p99.toFixed(0)),
        (flooded.p99 / control.p99).toFixed(2),
        quiet.cpu.toFixed(2),
        flooded.cpu.toFixed(2),
        String(tally.sent),
        String(tally.refused),
      ]),
    ),
    `p99, medians of the rounds: ${ratioTo("quiet")} times that without a flood, ${ratioTo("control")} times that with the flood at another server.`,
  ].join("\n\n")}\n`,
);

function ratioTo(base: "quiet" | "control"): string {
  return median(rows.map((row) => row.flooded.p99 / row[base].p99)).toFixed(2);
}

function serverOn(core: number, folder: string, name: string): Pinned {
  return new Pinned(core, "flood/server.ts", [join(folder, name)], ["--conditions=sluice-source"]);
}

/** The control: the same flood goes to a server of its own, and so costs the viewers what it takes of their core, and no more. */
async function otherServer(folder: string): Promise<{ port: number; server: Pinned }> {
  const server = serverOn(CLIENT_CORE, folder, "other.db");
  return { port: (await server.hear()) as number, server };
}

/** Measures while a flood goes to this port; ends the flood, and the server where it has one of its own. */
async function beside(
  { port, server }: { readonly port: number; readonly server?: Pinned },
  work: () => Promise<Measured>,
): Promise<{ measured: Measured; tally: Tally }> {
  const given = [port, Number(options.connections), Number(options.flood)];
  await using flooder = new Pinned(CLIENT_CORE, "flood/flooder.ts", given, []);
  await flooder.hear();
  await pause(SETTLE_MS);
  const measured = await work();
  const tally = (await flooder.ask("tally")) as Tally;
  await server?.[Symbol.asyncDispose]();
  return { measured, tally };
}

/** Reads one run of the quiet tenant; notes how late each token came, microseconds. */
async function watch(port: number, index: number, delays: number[]): Promise<WebSocket> {
  await pause((index * 1000) / viewers);
  const ws = new WebSocket(`ws://127.0.0.1:${port}/flood`, { headers: { Authorization: "Bearer quiet" } });
  ws.on("message", (data: Buffer) => {
    const now = microseconds();
    for (const made of chunkValues(data.toString("latin1"))) delays.push(now - made);
  });
  await new Promise((resolve) => ws.once("open", resolve));
  const count = ((3 * seconds + 30) * 1000) / EVERY_MS;
  ws.send(JSON.stringify({ action: "timed", count, everyMs: EVERY_MS }));
  return ws;
}

async function measure(server: Pinned, delays: number[]): Promise<Measured> {
  const before = await cpuOf(server);
  delays.length = 0;
  await pause(seconds * 1000);
  const seen = Float64Array.from(delays).sort();
  const cpu = ((await cpuOf(server)) - before) / (seconds * 1e6);
  return { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99), cpu };
}

/** Microseconds that the server has worked. */
async function cpuOf(server: Pinned): Promise<number> {
  const { user, system } = (await server.ask("cpu")) as NodeJS.CpuUsage;
  return user + system;
}
