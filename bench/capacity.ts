/**
 * What one node holds: `npm run bench:capacity -- [--idle 10000] [--streams 2000]`. A server on one core has so many idle
 * WebSockets, then as many running streams of 20 chunks/s beside them, each with a viewer on a connection of its own. Says what
 * each kind costs, and so what one more would.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Figures, Task } from "./clients/task.ts";
import type { Job, Place } from "./job.ts";
import { machine } from "./machine.ts";
import type { Usage } from "./peers/harness.ts";
import { Pinned } from "./pinned.ts";
import { CLIENT_CORE, FLAGS, OUR_SOURCES, SERVER_CORE } from "./stage.ts";

const { values } = parseArgs({
  options: { idle: { type: "string", default: "10000" }, streams: { type: "string", default: "2000" } },
});
const idle = Number(values.idle);
const streams = Number(values.streams);

const INTERVAL_MS = 50;
const SECONDS = 20;
const MARGIN = 20;
const IDLE_SECONDS = 20;
const MB = 1024 * 1024;

const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  process.stdout.write(`${machine()}\n\n${await measured()}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measured(): Promise<string> {
  const chunks = 2 * MARGIN + (SECONDS * 1000) / INTERVAL_MS;
  const job: Job = { chunks, together: 1, intervalMs: INTERVAL_MS, text: "time", held: true };
  const place: Place = { folder, redisPort: 0, options: ["process"] };
  await using server = new Pinned(SERVER_CORE, "peers/sluice.ts", [job, place], [...FLAGS, OUR_SOURCES]);
  const port = (await server.hear()) as number;

  await using sitting = client({
    work: "idle",
    port,
    speech: "sluice",
    connections: idle,
    chunks: 1,
    margin: 0,
    times: 1,
  });
  await sitting.hear();
  const empty = (await server.ask("memory")) as number;
  sitting.tell("go on");
  await sitting.hear();
  const withIdle = (await server.ask("memory")) as number;
  const idleCore = await share(server, () => new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000)));

  await using watching = client({
    work: "time",
    port,
    speech: "sluice",
    connections: streams,
    chunks,
    margin: MARGIN,
    times: 1,
  });
  await watching.hear();
  const withStreams = (await server.ask("memory")) as number;
  watching.tell("go on");
  await server.ask("begin");
  let delays: Figures = {};
  const busyCore = await share(server, async () => {
    delays = (await watching.hear()) as Figures;
  });
  const { peakRssBytes } = (await server.ask("usage")) as Usage;

  const rows = [
    ["resident with nothing", `${(empty / MB).toFixed(0)} MB`],
    [`resident with ${idle} idle connections`, `${(withIdle / MB).toFixed(0)} MB`],
    ["one more idle connection", `${((withIdle - empty) / idle / 1024).toFixed(1)} KB`],
    ["the core, all of them idle", `${idleCore.toFixed(1)} %`],
    [`resident with ${streams} streams and their viewers beside them`, `${(withStreams / MB).toFixed(0)} MB`],
    [
      "one more stream with its viewer, before its first chunk",
      `${((withStreams - withIdle) / streams / 1024).toFixed(1)} KB`,
    ],
    [`the core, while they bring ${((streams * 1000) / INTERVAL_MS).toFixed(0)} chunks/s`, `${busyCore.toFixed(0)} %`],
    ["one more stream, of the core", `${((busyCore - idleCore) / streams).toFixed(4)} %`],
    ["a chunk's way, p50 and p99", `${delays["p50"]!.toFixed(0)} µs and ${delays["p99"]!.toFixed(0)} µs`],
    ["most that was ever resident", `${(peakRssBytes / MB).toFixed(0)} MB`],
  ];
  return `| what | figure |\n| --- | ---: |\n${rows.map((cells) => `| ${cells.join(" | ")} |\n`).join("")}`;
}

function client(task: Task): Pinned {
  return new Pinned(CLIENT_CORE, "clients/client.ts", [task], [OUR_SOURCES]);
}

/** The share of its core that the server takes meanwhile, per cent. */
async function share(server: Pinned, meanwhile: () => Promise<unknown>): Promise<number> {
  const used = async (): Promise<number> => ((await server.ask("usage")) as Usage).cpuMicroseconds;
  const [before, begun] = [await used(), performance.now()];
  await meanwhile();
  return ((await used()) - before) / (performance.now() - begun) / 10;
}
