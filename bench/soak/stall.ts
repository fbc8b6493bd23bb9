import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import type { WireFrame } from "../../test/end-to-end/support/frames.ts";
import { chunkValues } from "../job.ts";
import { percentile } from "../median.ts";
import { microseconds } from "../microseconds.ts";
import { Reading } from "./reading.ts";
import { SoakServer } from "./soak.ts";

/** Who is there beside the paced viewers: nobody, one who reads a fast run, or one who has stopped reading it. */
export const COMPANIES = ["nobody", "reading", "stalled"] as const;
export type Company = (typeof COMPANIES)[number];

export interface StallOptions {
  readonly seconds: number;
  readonly viewers: number;
}

/** What the paced viewers saw, microseconds, and the server's growth over that time, bytes. */
export interface StallFigures {
  readonly p50: number;
  readonly p99: number;
  /** Of the heap after garbage collection, from the beginning to the end, when the stalled one has not read yet. */
  readonly heapGrowth: number;
  /** Of the resident memory, to its highest. */
  readonly rssGrowth: number;
  /** Tokens a second of the fast run. */
  readonly fastRate: number;
  readonly catchUp?: CatchUp;
}

/** How a stalled reader came back. */
export interface CatchUp {
  /** Tokens that had not reached it when it read again, and the frames that brought them. */
  readonly tokens: number;
  readonly frames: number;
  readonly milliseconds: number;
  /** What no stream may show; empty. */
  readonly problems: readonly string[];
}

const PER_SECOND = 20;
const FAST = { burst: 4, everyMs: 2, padding: 60 };
const FAST_PER_SECOND = (FAST.burst * 1000) / FAST.everyMs;
const WARM_UP_MS = 2000;
const PATIENCE_MS = 60_000;

/** Times paced viewers for some seconds in the given company, on a server of its own. */
export async function timeBeside(company: Company, { seconds, viewers }: StallOptions): Promise<StallFigures> {
  await using server = await SoakServer.start({});
  const url = `ws://127.0.0.1:${server.port}/proof`;
  const paced = await Promise.all(
    Array.from({ length: viewers }, async (_, index) => {
      await pause((index * 1000) / viewers);
      // Longer than they are watched: their ends are not measured.
      return PacedViewer.open(url, 2 * (seconds + WARM_UP_MS / 1000 + 1) * PER_SECOND);
    }),
  );
  const fast = company === "nobody" ? undefined : await FastReader.open(url, seconds * FAST_PER_SECOND);
  await pause(WARM_UP_MS);
  if (company === "stalled") fast!.stop();
  const first = await server.ask("sample");
  const began = performance.now();
  for (const viewer of paced) viewer.begin();
  let rss = first.rss;
  for (let second = 1; second < seconds; second += 1) {
    await pause(Math.max(0, began + second * 1000 - performance.now()));
    rss = Math.max(rss, (await server.ask("glance")).rss);
  }
  await pause(Math.max(0, began + seconds * 1000 - performance.now()));
  const delays = Float64Array.from(paced.flatMap((viewer) => viewer.close())).sort();
  const elapsed = (performance.now() - began) / 1000;
  const last = await server.ask("sample");
  const catchUp = company === "stalled" ? await fast!.catchUp() : undefined;
  fast?.close();
  return {
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    heapGrowth: last.heap - first.heap,
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

  /** Leaves; gives the delays, microseconds. */
  close(): number[] {
    this.#timing = false;
    this.#ws.terminate();
    return this.#delays;
  }
}

/** Reads a run that is much faster than the others, and may stop for a while. */
class FastReader {
  readonly #ws: WebSocket;
  readonly #count: number;
  readonly #reading = new Reading();
  readonly #ended = Promise.withResolvers<void>();

  private constructor(ws: WebSocket, count: number) {
    this.#ws = ws;
    this.#count = count;
    ws.on("message", (data: Buffer) => {
      this.#reading.take(JSON.parse(data.toString("utf8")) as WireFrame);
      if (this.#reading.end !== undefined) this.#ended.resolve();
    });
    ws.on("close", () => this.#ended.resolve());
  }

  static async open(url: string, count: number): Promise<FastReader> {
    const ws = await opened(url);
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
    this.#ws.resume();
    await Promise.race([this.#ended.promise, pause(PATIENCE_MS, undefined, { ref: false })]);
    const milliseconds = performance.now() - began;
    const damage = Object.entries(reading.damage(this.#count)).filter(([, count]) => count > 0);
    const problems = [...reading.problems, ...damage.map(([what, count]) => `${count} ${what}`)];
    if (reading.end !== "complete") problems.push(`has ended as ${reading.end ?? "nothing"}`);
    return { tokens: countOf(reading) - tokens, frames: reading.frames - frames, milliseconds, problems };
  }

  close(): void {
    this.#ws.terminate();
  }
}

function countOf({ text }: Reading): number {
  return text.split("|").length - 1;
}

async function opened(url: string): Promise<WebSocket> {
  const ws = new WebSocket(url, { perMessageDeflate: false });
  await new Promise((resolve, reject) => {
    ws.once("open", resolve);
    ws.once("error", reject);
  });
  ws.on("error", () => {});
  return ws;
}
