import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import { bystander } from "./bystander.ts";
import { Findings } from "./findings.ts";
import { KnownStreams } from "./pieces.ts";
import { fuzzRequests } from "./request-fuzzer.ts";
import { RETENTION_MS, ServerProcess, type ServerState } from "./server-process.ts";
import { fuzzSockets } from "./socket-fuzzer.ts";

export interface CampaignOptions {
  readonly frames: number;
  readonly requests: number;
  readonly seed: number;
}

export interface Campaign {
  readonly findings: Findings;
  readonly frames: number;
  readonly requests: number;
  readonly seconds: number;
  /** Runs that the well-behaved client completed. */
  readonly bystanderRuns: number;
  /** The server after a tenth of the input, and after all of it. */
  readonly state: { readonly begin: ServerState; readonly end: ServerState };
}

const SOCKET_WORKERS = 6;
const REQUEST_WORKERS = 6;
/** What caches, pools and compiled code may still grow by once a tenth of the input is through, bytes. */
const MEMORY_BOUND = 24 * 1024 * 1024;
/** Longer than what is stored is kept, and than a sweep. */
const SETTLE_MS = RETENTION_MS + 1000;

/** Fuzzes a server of its own; what is wrong stands in the findings. */
export async function runCampaign({ frames, requests, seed }: CampaignOptions): Promise<Campaign> {
  await using server = await ServerProcess.start();
  const findings = new Findings();
  const stop = new AbortController();
  const beside = bystander(server.port, stop.signal, findings);
  const known = new KnownStreams();
  let spent = { frames: 0, requests: 0 };
  const part = async (share: number, phase: number): Promise<void> => {
    const budget = { frames: Math.ceil(frames * share), requests: Math.ceil(requests * share) };
    const asked = { ...budget };
    const workers = [
      ...Array.from({ length: SOCKET_WORKERS }, (_, index) =>
        fuzzSockets(server.port, seededRandom(seed + phase * 1000 + index), budget, known, findings),
      ),
      ...Array.from({ length: REQUEST_WORKERS }, (_, index) =>
        fuzzRequests(server.port, seededRandom(seed + phase * 1000 + 500 + index), budget, known, findings),
      ),
    ];
    await Promise.all(workers);
    spent = {
      frames: spent.frames + asked.frames - budget.frames,
      requests: spent.requests + asked.requests - budget.requests,
    };
  };
  const begun = performance.now();
  await part(0.1, 0);
  const begin = await settled(server);
  await part(0.9, 1);
  stop.abort();
  const bystanderRuns = await beside;
  const end = await settled(server);
  const seconds = (performance.now() - begun) / 1000;
  if (end.runsRunning > 0) findings.problem("runs that do not end (law 5)", String(end.runsRunning));
  const grown = end.used - begin.used;
  if (grown > MEMORY_BOUND) findings.problem("memory grew", `by ${grown} bytes`);
  if (!server.alive) findings.problem("the server is dead", server.output.slice(-2000));
  for (const line of badLines(server.output)) findings.problem("the server complains", line);
  return { findings, ...spent, seconds, bystanderRuns, state: { begin, end } };
}

/** The server's state once runs have ended, and what was stored is gone again. */
async function settled(server: ServerProcess): Promise<ServerState> {
  await pause(SETTLE_MS);
  return server.state();
}

/** A rude client is no error of the server's: nothing may be logged as one, and Node itself has nothing to say. */
function badLines(output: string): string[] {
  return output.split("\n").filter((line) => line !== "" && !isQuiet(line));
}

function isQuiet(line: string): boolean {
  try {
    return (JSON.parse(line) as { level: number }).level < 50;
  } catch {
    return false;
  }
}
