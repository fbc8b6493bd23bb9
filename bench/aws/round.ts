import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { silentLogger } from "sluice";
import { startAtHome } from "../../apps/aws/at-home.ts";
import { percentile } from "../median.ts";
import { startSlowPosts } from "./slow-posts.ts";
import type { Speech } from "./speech.ts";
import { Hearing } from "./told.ts";
import { type Viewed, view } from "./viewer.ts";

export interface Setting {
  readonly answers: number;
  readonly tokens: number;
  readonly perSecond: number;
  readonly postMs: number;
}

/** What one round found, of an answer where nothing else is said. */
export interface Figures {
  readonly posts: number;
  /** Milliseconds from a token's emission to its arrival. */
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
  /** Of the table: writes, and write units. */
  readonly writes: number;
  readonly units: number;
}

/** Answers begin so far from each other that their tokens do not come at the same moments. */
const APART_MS = 403;
/** The first answer pays for what is compiled and opened. */
const WARM_UP_TOKENS = 100;
const PATIENCE_MS = 30_000;

/** Answers by Sluice's functions with this knob, or, where there is none, by functions that post each token. */
export async function round(
  { answers, tokens, perSecond, postMs }: Setting,
  coalesceMs: number | undefined,
): Promise<Figures> {
  await using slow = await startSlowPosts(postMs);
  const hearing = new Hearing();
  const naive = coalesceMs === undefined;
  const code = (name: string): string => join(import.meta.dirname, naive ? "naive" : "functions", `${name}.ts`);
  await using home = await startAtHome({
    systems: ["bench"],
    code: { handler: code("handler"), http: code("http"), worker: code("worker") },
    environment: { BENCH_CALLBACK_URL: `${slow.url}/{stage}`, BENCH_COALESCE_MS: String(coalesceMs) },
    authorizer: false,
    pages: (_request, response) => void response.writeHead(404).end(),
    port: 0,
    logger: silentLogger,
    output: (output) => hearing.hear(output),
  });
  slow.target = `http://127.0.0.1:${home.port}`;
  const watch = (speech: Speech): Promise<Viewed> => view(`ws://127.0.0.1:${home.port}/bench`, speech);
  const settled = (answers: number): Promise<void> => hearing.until(() => isOver(hearing, answers, naive), PATIENCE_MS);

  await watch({ label: "warm-up", tokens: WARM_UP_TOKENS, perSecond });
  await settled(1);
  hearing.spent = [];
  hearing.spoken.clear();
  slow.posts = 0;
  const viewed = await Promise.all(
    Array.from({ length: answers }, async (_, index) => {
      await pause(index * APART_MS);
      return watch({ label: `answer ${index}`, tokens, perSecond });
    }),
  );
  await settled(answers);
  const delays = new Float64Array(viewed.flatMap((view) => delaysOf(view, hearing))).sort();
  return {
    posts: slow.posts / answers,
    p50: percentile(delays, 0.5),
    p95: percentile(delays, 0.95),
    longest: delays.at(-1)!,
    writes: hearing.spent.reduce((sum, { writes }) => sum + writes, 0) / answers,
    units: hearing.spent.reduce((sum, { units }) => sum + units, 0) / answers,
  };
}

/** An answer takes one event of the worker, and three of the handler: connect, message, disconnect. */
function isOver({ spoken, spent }: Hearing, answers: number, naive: boolean): boolean {
  const ended = (name: string): number => spent.filter((each) => each.function === name).length;
  return spoken.size >= answers && (naive || (ended("worker") >= answers && ended("handler") >= answers * 3));
}

function delaysOf({ label, arrived }: Viewed, { spoken }: Hearing): number[] {
  const { emitted } = spoken.get(label)!;
  return arrived.map((at, number) => (at - emitted[number]!) / 1000);
}
