/**
 * Measures Sluice against its peers on the same work in the same run: `npm run bench -- [options]`.
 *
 *   --rounds N       rounds, each with every peer once (5)
 *   --only A,B       only these works (W1, W1x8, W2 …) or peers (ws, sluice, ai …)
 *   --quick          one small round, to see that it works
 *   --json FILE      all figures of all rounds
 *   --profile DIR    CPU profiles of the servers, and where they spent their time; figures are then slower
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { RedisServer } from "../test/support/redis-server.ts";
import { machine } from "./machine.ts";
import {
  AI,
  BASELINE,
  type Peer,
  SLUICE,
  SLUICE_APP,
  SLUICE_DISK,
  SLUICE_NODES,
  SLUICE_REDIS,
  SOCKET_IO,
} from "./peers.ts";
import { selfTimes } from "./profile.ts";
import { CLIENT_CORE, type Setting } from "./stage.ts";
import { type Result, table } from "./table.ts";
import type { Work } from "./work.ts";
import { cuts } from "./works/cuts.ts";
import { idle } from "./works/idle.ts";
import { pacing } from "./works/pacing.ts";
import { replay } from "./works/replay.ts";
import { saturation } from "./works/saturation.ts";

const PEERS: readonly Peer[] = [BASELINE, SLUICE, SLUICE_APP, SLUICE_DISK, SOCKET_IO, AI];
/** What it costs to be several. */
const NODES: readonly Peer[] = [SLUICE, SLUICE_REDIS, SLUICE_NODES];
const WORKS: readonly Work[] = [
  saturation("W1", 1, PEERS),
  saturation("W1x8", 8, PEERS),
  pacing("W2", PEERS),
  idle,
  replay,
  cuts,
  saturation("W6", 1, NODES, ", on one node and on several"),
  pacing("W7", NODES, ", on one node and on several"),
];

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    quick: { type: "boolean", default: false },
    json: { type: "string" },
    profile: { type: "string" },
  },
});

// What this process starts, Redis too, stays off the servers' core.
spawnSync("taskset", ["-acp", String(CLIENT_CORE), String(process.pid)]);
if (options.profile !== undefined) mkdirSync(options.profile, { recursive: true });

await using redis = await RedisServer.start();
const setting: Setting = { redisPort: redis.port, profiles: options.profile, quick: options.quick };
const place = machine();
const results: Result[] = [];
const rounds = options.quick ? 1 : Number(options.rounds);
for (let round = 1; round <= rounds; round += 1) {
  for (const [work, peer] of chosen()) {
    process.stderr.write(`round ${round} ${work.name} ${peer.name}: `);
    const told = await attempt(round, work, peer);
    process.stderr.write(`${told}\n`);
  }
}
const works = WORKS.filter((work) => results.some((result) => result.work === work.name));
process.stdout.write(
  `${place} ${options.quick ? "A quick round, not for comparison" : `Medians of ${rounds} rounds`}.\n\n${works.map((work) => table(work, results)).join("\n")}`,
);
if (options.profile !== undefined) process.stdout.write(`\n${selfTimes(options.profile)}`);
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ machine: place, rounds, results }, undefined, 2)}\n`);
}

/** A measurement that fails is told, and left out. */
async function attempt(round: number, work: Work, peer: Peer): Promise<string> {
  try {
    const figures = await work.run(setting, peer);
    results.push({ round, work: work.name, peer: peer.name, figures });
    return JSON.stringify(figures);
  } catch (thrown) {
    process.exitCode = 1;
    return `failed: ${String(thrown)}`;
  }
}

/** Every pair of work and peer that was not left out. */
function chosen(): [Work, Peer][] {
  const names = options.only.split(",").filter((name) => name !== "");
  const works = WORKS.filter((work) => names.includes(work.name));
  const wanted = works.length === 0 ? WORKS : works;
  const peers = new Set(names.filter((name) => !WORKS.some((work) => work.name === name)));
  return wanted.flatMap((work) =>
    work.peers.filter((peer) => peers.size === 0 || peers.has(peer.name)).map((peer): [Work, Peer] => [work, peer]),
  );
}
