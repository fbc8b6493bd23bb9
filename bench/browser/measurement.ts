import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, CDPSession, Page } from "playwright-core";
import { type Reading, installInstruments } from "./instruments.ts";
import { type Speech, answerText } from "./speech.ts";
import type { Variant } from "./variants.ts";

/** Where the pages and the answers come from. */
export interface Place {
  readonly browser: Browser;
  readonly pages: string;
  /** Address of the Sluice server's system. */
  readonly sluice: string;
  /** Where CPU profiles go, if any are wanted. */
  readonly profiles: string | undefined;
}

/** What one answer cost the page. Times are CPU time of its main thread, but for `totalMs` and `longTasksMs`. */
export interface Measurement extends Reading {
  readonly scriptMs: number;
  readonly styleMs: number;
  readonly layoutMs: number;
  readonly taskMs: number;
  /** Growth of the JavaScript heap, garbage collected before and after. */
  readonly heapGrowthBytes: number;
  /** The page shows the answer to the character. */
  readonly exact: boolean;
}

const PATIENCE_MS = 60_000;

/** Opens a variant's page in a renderer of its own, has it ask for the answer, and reads what that cost. */
export async function measure(place: Place, variant: Variant, speech: Speech): Promise<Measurement> {
  const context = await place.browser.newContext({ viewport: { width: 1000, height: 700 } });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const failure = new Promise<never>((_resolve, reject) => page.once("pageerror", reject));
    failure.catch(() => {});
    await page.addInitScript(installInstruments);
    await page.goto(addressOf(place, variant, speech));
    await page.waitForFunction(() => window.bench.ask !== undefined);
    const session = await context.newCDPSession(page);
    // Thread time: what else the machine does is no cost of the page's.
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    await session.send("HeapProfiler.enable");
    await collectGarbage(session);
    const before = await metrics(session);
    const reading = await profiled(session, place, variant, () => Promise.race([readingOf(page, speech), failure]));
    const after = await metrics(session);
    await collectGarbage(session);
    const heap = (await metrics(session))["JSHeapUsedSize"]! - before["JSHeapUsedSize"]!;
    const spentMs = (name: string): number => (after[name]! - before[name]!) * 1000;
    return {
      ...reading,
      scriptMs: spentMs("ScriptDuration"),
      styleMs: spentMs("RecalcStyleDuration"),
      layoutMs: spentMs("LayoutDuration"),
      taskMs: spentMs("TaskDuration"),
      heapGrowthBytes: heap,
      exact: (await page.evaluate(() => window.bench.shownText!())) === answerText(speech.chunks),
    };
  } finally {
    await context.close();
  }
}

function addressOf({ pages, sluice }: Place, { page, throttle }: Variant, { chunks, perSecond }: Speech): string {
  const query = new URLSearchParams({ chunks: String(chunks), perSecond: String(perSecond), sluice });
  if (throttle !== undefined) query.set("throttle", String(throttle));
  return `${pages}/${page}?${query.toString()}`;
}

async function readingOf(page: Page, { chunks, perSecond }: Speech): Promise<Reading> {
  const limitMs = PATIENCE_MS + (perSecond === 0 ? 0 : (chunks / perSecond) * 1000);
  const late = setTimeout(() => void page.close(), limitMs);
  try {
    return await page.evaluate(() => window.bench.read());
  } finally {
    clearTimeout(late);
  }
}

async function metrics(session: CDPSession): Promise<Record<string, number>> {
  const told = await session.send("Performance.getMetrics");
  return Object.fromEntries(told.metrics.map(({ name, value }) => [name, value]));
}

/** Once more for what finalizers let go. */
async function collectGarbage(session: CDPSession): Promise<void> {
  await session.send("HeapProfiler.collectGarbage");
  await session.send("HeapProfiler.collectGarbage");
}

async function profiled<Result>(
  session: CDPSession,
  { profiles }: Place,
  { name }: Variant,
  work: () => Promise<Result>,
): Promise<Result> {
  if (profiles === undefined) return work();
  await session.send("Profiler.enable");
  await session.send("Profiler.start");
  const result = await work();
  const { profile } = await session.send("Profiler.stop");
  await mkdir(join(profiles, name), { recursive: true });
  await writeFile(join(profiles, name, `${Date.now()}.cpuprofile`), JSON.stringify(profile));
  return result;
}
