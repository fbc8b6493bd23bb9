import { setTimeout as pause } from "node:timers/promises";
import { NATIVE_SUBPROTOCOL } from "sluice/protocol";
import { WebSocket } from "ws";
import type { WireFrame } from "../../test/end-to-end/support/frames.ts";
import { chunkValues } from "../job.ts";
import { percentile } from "../median.ts";
import { microseconds } from "../microseconds.ts";
import { Reading } from "./reading.ts";
import { SoakServer, heldOf } from "./soak.ts";

/** Who is there beside the paced viewers: nobody, one who reads a fast run, or one who has stopped reading it. */
export const COMPANIES = ["nobody", "reading", "stalled"] as const;
export type Company = (typeof COMPANIES)[number];

export interface StallOptions {
  readonly seconds: number;
  /** Whether the fast run ends before the stalled one reads again, or goes on. */
  readonly ends: boolean;
  readonly viewers: number;
}

/** What the paced viewers saw, microseconds, and the server's growth over that time, bytes. */
export interface StallFigures {
  readonly p50: number;
  readonly p99: number;
  /** In the moments in which a stalled one reads again. */
  readonly p99After: number;
  /** The server's event-loop delay in the same moments, p99, milliseconds: the viewers share a process with the stalled one. */
  readonly loopAfter: number;
  /** Of what is in use after garbage collection, from the beginning to the end, when the stalled one has not read yet. */
  readonly growth: number;
  /** Of the resident memory, to its highest. */
  readonly rssGrowth: number;
  /** Tokens a second of the fast run. */
  readonly fastRate: number;
  readonly catchUp?: CatchUp;
}

/** How a stalled reader came back. */
export interface CatchUp {
  /** Tokens that came until it had caught up with its run, the frames that brought them, and how long that took. */
  readonly tokens: number;
  readonly frames: number;
  readonly milliseconds: number;
  /** What no stream may show; empty. */
  readonly problems: readonly string[];
}

const PER_SECOND = 20;
const FAST = { burst: 10, everyMs: 4, padding: 120 };
/** What it comes to at most; timers come late rather than early. */
const FAST_PER_SECOND = (FAST.burst * 1000) / FAST.everyMs;
/** Of the time of a measurement, so that the fast run ends well within it, or well after it. */
const ENDING_PART = 0.6;
const LASTING_PART = 1.5;
const WARM_UP_MS = 2000;
const SETTLE_MS = 300;
const AFTER_MS = 2000;
/** Who shows what was stored so short a time ago has caught up. */
const CAUGHT_UP_MS = 100;
const PATIENCE_MS = 60_000;

/** Times paced viewers for some seconds in the given company, on a server of its own. */
export async function timeBeside(company: Company, { seconds, viewers, ends }: StallOptions): Promise<StallFigures> {
  await using server = await SoakServer.start({});
  const url = `ws://127.0.0.1:${server.port}/proof`;
  const paced = await Promise.all(
    Array.from({ length: viewers }, async (_, index) => {
      await pause((index * 1000) / viewers);
      // Longer than they are watched: their ends are not measured.
      return PacedViewer.open(url, 2 * (seconds + WARM_UP_MS / 1000 + 1) * PER_SECOND);
    }),
  );
  const count = seconds * FAST_PER_SECOND * (ends ? ENDING_PART : LASTING_PART);
  const fast = company === "nobody" ? undefined : await FastReader.open(url, count);
  await pause(WARM_UP_MS);
  if (company === "stalled") fast!.stop();
  const first = await server.ask("sample");
  // What a collection has held up is none of the reader's doing.
  await pause(SETTLE_MS);
  const began = performance.now();
  for (const viewer of paced) viewer.begin();
  let rss = first.rss;
  for (let second = 1; second < seconds; second += 1) {
    await pause(Math.max(0, began + second * 1000 - performance.now()));
    rss = Math.max(rss, (await server.ask("glance")).rss);
  }
  await pause(Math.max(0, began + seconds * 1000 - performance.now()));
  const delays = delaysOf(paced);
  const elapsed = (performance.now() - began) / 1000;
  const last = await server.ask("sample");
  await pause(SETTLE_MS);
  for (const viewer of paced) viewer.begin();
  const catchingUp = company === "stalled" ? fast!.catchUp() : undefined;
  await pause(AFTER_MS);
  const after = delaysOf(paced);
  const { delayP99: loopAfter } = await server.ask("glance");
  const catchUp = await catchingUp;
  for (const viewer of [...paced, ...(fast === undefined ? [] : [fast])]) viewer.close();
  return {
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    p99After: percentile(after, 0.99),
    loopAfter,
    growth: heldOf(last) - heldOf(first),
    rssGrowth: Math.max(rss, last.rss) - first.rss,
    fastRate: (last.events - first.events) / elapsed - viewers * PER_SECOND,
    ...(catchUp !== undefined && { catchUp }),
  };
}

/** Holds the time at which each token was made against its own. */
class PacedViewer {
  readonly #ws: WebSocket;
  readonly #delays: number[] = [];
  #timing = false;

  private constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on("message", (data: Buffer) => {
      const now = microseconds();
      if (!this.#timing) return;
      for (const madeAt of chunkValues(data.toString("latin1"))) this.#delays.push(now - madeAt);
    });
  }

  static async open(url: string, count: number): Promise<PacedViewer> {
    const ws = await opened(url);
    const viewer = new PacedViewer(ws);
    ws.send(JSON.stringify({ action: "timed", count, everyMs: 1000 / PER_SECOND }));
    return viewer;
  }

  begin(): void {
    this.#timing = true;
  }

  /** The delays since it began, microseconds. */
  take(): number[] {
    this.#timing = false;
    return this.#delays.splice(0);
  }

  close(): void {
    this.#ws.terminate();
  }
}

function delaysOf(viewers: readonly PacedViewer[]): Float64Array {
  return Float64Array.from(viewers.flatMap((viewer) => viewer.take())).sort();
}

/** Reads a run that is much faster than the others, in the native dialect, and may stop for a while. */
class FastReader {
  readonly #ws: WebSocket;
  readonly #count: number;
  readonly #reading = new Reading();
  #caughtUp = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();

  private constructor(ws: WebSocket, count: number) {
    this.#ws = ws;
    this.#count = count;
    ws.on("message", (data: Buffer) => {
      const frame = JSON.parse(data.toString("utf8")) as WireFrame;
      this.#reading.take(frame);
      if (Date.now() - (frame["at"] as number) < CAUGHT_UP_MS) this.#caughtUp.resolve();
      if (this.#reading.end !== undefined) this.#ended.resolve();
    });
    ws.on("close", () => this.#ended.resolve());
  }

  static async open(url: string, count: number): Promise<FastReader> {
    const ws = await opened(url, NATIVE_SUBPROTOCOL);
    const reader = new FastReader(ws, count);
    ws.send(JSON.stringify({ action: "tokens", count, ...FAST }));
    await reader.#reading.known;
    return reader;
  }

  stop(): void {
    this.#ws.pause();
  }

  /** Reads again, to the end of its stream. */
  async catchUp(): Promise<CatchUp> {
    const reading = this.#reading;
    const [frames, tokens] = [reading.frames, countOf(reading)];
    const began = performance.now();
    this.#caughtUp = Promise.withResolvers<void>();
    const late = pause(PATIENCE_MS, undefined, { ref: false });
    this.#ws.resume();
    await Promise.race([this.#caughtUp.promise, this.#ended.promise, late]);
    const caught = {
      tokens: countOf(reading) - tokens,
      frames: reading.frames - frames,
      milliseconds: performance.now() - began,
    };
    await Promise.race([this.#ended.promise, late]);
    const damage = Object.entries(reading.damage(this.#count)).filter(([, count]) => count > 0);
    const problems = [...reading.problems, ...damage.map(([what, count]) => `${count} ${what}`)];
    if (reading.end !== "complete") problems.push(`has ended as ${reading.end ?? "nothing"}`);
    return { ...caught, problems };
  }

  close(): void {
    this.#ws.terminate();
  }
}

function countOf({ text }: Reading): number {
  return text.split("|").length - 1;
}

async function opened(url: string, ...subprotocols: string[]): Promise<WebSocket> {
  const ws = new WebSocket(url, subprotocols, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    ws.once("open", resolve);
    ws.once("error", reject);
  });
  ws.on("error", () => {});
  return ws;
}
