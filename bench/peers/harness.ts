import { setTimeout as pause } from "node:timers/promises";
import type { Job, Place } from "../job.ts";
import { microseconds } from "../microseconds.ts";
import { Feed } from "./feed.ts";
import { Profiler } from "./profiler.ts";

/** What the bench asks of a peer's server. */
export type Question = "begin" | "usage" | "memory";

/** Of the server process; CPU time since `begin`, user and system. */
export interface Usage {
  readonly cpuMicroseconds: number;
  readonly peakRssBytes: number;
}

/** Turns this process into a peer's server: it listens, says where, and answers the bench until that is gone. */
export async function servePeer(listen: (feed: Feed, place: Place) => Promise<number>): Promise<void> {
  const [job, place] = process.argv.slice(2).map((text) => JSON.parse(text) as unknown) as [Job, Place];
  const feed = new Feed(job);
  const profiler = place.profiles === undefined ? undefined : new Profiler(place.profiles);
  let before = process.cpuUsage();
  const answers: Record<Question, () => unknown> = {
    begin: async () => {
      await profiler?.start();
      before = process.cpuUsage();
      feed.begin();
      return microseconds();
    },
    usage: async (): Promise<Usage> => {
      const { user, system } = process.cpuUsage(before);
      await profiler?.stop();
      return { cpuMicroseconds: user + system, peakRssBytes: process.resourceUsage().maxRSS * 1024 };
    },
    memory: residentBytes,
  };
  process.on("message", (question: Question) => void answer(answers[question]));
  process.on("disconnect", () => process.exit());
  process.send!(await listen(feed, place));
}

async function answer(given: () => unknown): Promise<void> {
  process.send!(await given());
}

/** What is left after garbage collection. */
async function residentBytes(): Promise<number> {
  for (let turn = 0; turn < 4; turn += 1) {
    globalThis.gc!();
    await pause(100);
  }
  return process.memoryUsage.rss();
}
