import http from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Limits } from "sluice";
import { seededRandom } from "sluice/testing";
import { Pinned } from "../pinned.ts";
import type { Kind } from "./legs.ts";
import type { Question, Sample } from "./sample.ts";
import { Tally } from "./tally.ts";
import { type Pace, Viewer } from "./viewer.ts";

export interface SoakOptions {
  readonly durationMs: number;
  readonly everyMs: number;
  readonly viewers: number;
  readonly pace: Pace;
  /** Told of each sample as it is taken. */
  readonly watch?: (point: Point) => void;
}

/** A sample and when it was taken, milliseconds since the beginning. */
export interface Point {
  readonly at: number;
  readonly sample: Sample;
}

export interface SoakResult {
  /** Before the first viewer. */
  readonly before: Sample;
  readonly points: readonly Point[];
  /** When the last viewer has left. */
  readonly after: Sample;
  readonly tally: Tally;
}

const SERVER_CORE = 0;
/** Short, so that what a server does in days happens in minutes. */
export const LIMITS: Partial<Limits> = { retentionMs: 15_000, forgetMs: 30_000, sweepMs: 2000, heartbeatMs: 5000 };
/** How the viewers are spread; a long poll brings about a request a token. */
const KINDS: readonly Kind[] = ["native", "app", "native", "sse", "native", "app", "native", "sse", "app", "poll"];
/** So long after the last viewer the server must be at rest. */
const REST_MS = 15_000;

/** A server of its own on core 0. Ends when disposed of. */
export class SoakServer implements AsyncDisposable {
  readonly port: number;
  readonly #process: Pinned;
  readonly #folder: string;

  private constructor(process: Pinned, folder: string, port: number) {
    this.#process = process;
    this.#folder = folder;
    this.port = port;
  }

  static async start(limits: Partial<Limits> = LIMITS): Promise<SoakServer> {
    const folder = await mkdtemp(join(tmpdir(), "sluice-soak-"));
    const server = new Pinned(
      SERVER_CORE,
      "soak/server.ts",
      [folder, limits],
      ["--expose-gc", "--conditions=sluice-source"],
    );
    return new SoakServer(server, folder, (await server.hear()) as number);
  }

  async ask(question: Question): Promise<Sample> {
    return (await this.#process.ask(question)) as Sample;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Keeps a server under a steady mix of runs and viewers, and looks at it again and again. */
export async function soak({ durationMs, everyMs, viewers, pace, watch }: SoakOptions): Promise<SoakResult> {
  await using server = await SoakServer.start();
  const before = await server.ask("sample");
  const random = seededRandom();
  const tally = new Tally();
  const points: Point[] = [];
  const agent = new http.Agent({ keepAlive: true });
  const begun = performance.now();
  const deadline = begun + durationMs;
  // They come one after another, within the time of a run.
  const within = Math.min(durationMs / 4, (1000 * pace.tokens[1]) / pace.perSecond[1]);
  const watching = Promise.all(
    Array.from({ length: viewers }, async (_, index) => {
      const door = { port: server.port, session: crypto.randomUUID(), agent };
      await pause(random.next() * within);
      await new Viewer(door, KINDS[index % KINDS.length]!, pace, random, tally).watch(deadline);
    }),
  );
  // A viewer that fails is told at the end, not as a rejection that nobody awaits yet.
  watching.catch(() => {});
  for (let next = begun + everyMs; next <= deadline; next += everyMs) {
    await pause(Math.max(0, next - performance.now()));
    const sample = await server.ask("sample");
    const point = { at: performance.now() - begun, sample };
    points.push(point);
    watch?.(point);
  }
  await watching;
  agent.destroy();
  return { before, points, after: await atRest(server), tally };
}

/** The sample in which nothing runs and nobody is connected, or the last one before patience ends. */
async function atRest(server: SoakServer): Promise<Sample> {
  const deadline = performance.now() + REST_MS;
  for (;;) {
    const sample = await server.ask("sample");
    const rest = sample.running === 0 && socketsOf(sample) === 0;
    if (rest || performance.now() >= deadline) return sample;
    await pause(200);
  }
}

/** Open connections. */
export function socketsOf({ handles }: Sample): number {
  return handles["TCPSocketWrap"] ?? 0;
}

/** Everything that keeps the process busy. */
export function handlesOf({ handles }: Sample): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0);
}

/** What is in use, in the heap and outside it. */
export function heldOf({ heap, buffers }: Sample): number {
  return heap + buffers;
}
