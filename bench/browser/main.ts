/**
 * Measures what a streamed answer costs a page: Sluice's client, hooks and components beside code written by hand and the AI
 * SDK's `useChat`, in the same Chromium in the same run: `npm run bench:client -- [options]`.
 *
 *   --runs N         runs, each with every page once (3)
 *   --seconds N      length of the paced answer at 200 chunks a second (50)
 *   --only A,B       only these pages (naive, usechat, usechat50, sluice); `none`: bundle sizes only
 *   --json FILE      all figures of all runs
 *   --profile DIR    CPU profiles of the pages, and where they spent their time; figures are then slower
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { serve } from "sluice/node";
import { iterable } from "sluice/source/iterable";
import { sqlite } from "sluice/store/sqlite";
import { launchChromium } from "../../test/browser/chromium.ts";
import { machine } from "../machine.ts";
import { selfTimes } from "../profile.ts";
import { paceVerdicts, sizeVerdicts } from "./budgets.ts";
import { BuiltPages } from "./built-pages.ts";
import { bundleSizes } from "./bundles.ts";
import { PageServer } from "./page-server.ts";
import { type Measured, rounds } from "./rounds.ts";
import { speechSystem } from "./sluice-system.ts";
import type { Speech } from "./speech.ts";
import { measurementTable, sizeTable, verdictTable } from "./tables.ts";
import { NAIVE, SLUICE, VARIANTS } from "./variants.ts";

const PER_SECOND = 200;
const FLOOD: Speech = { chunks: 10_000, perSecond: 0 };

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    seconds: { type: "string", default: "50" },
    only: { type: "string", default: "" },
    json: { type: "string" },
    profile: { type: "string" },
  },
});
const paced: Speech = { chunks: Number(options.seconds) * PER_SECOND, perSecond: PER_SECOND };
const runs = Number(options.runs);
const names = options.only.split(",").filter((name) => name !== "");
const variants = VARIANTS.filter(({ name }) => names.length === 0 || names.includes(name));

const where = machine();
const sizes = await bundleSizes();
const { flood, pace, chromium } = await measureAll();
const verdicts = sizeVerdicts(sizes);
const [naive, sluice] = [pace.get(NAIVE), pace.get(SLUICE)];
if (naive !== undefined && sluice !== undefined) verdicts.push(...paceVerdicts(naive, sluice));

say(`${where} Chromium ${chromium}. Load at the end ${loadavg()[0]!.toFixed(1)}. Medians of ${runs} runs.`);
if (variants.length > 0) {
  say(`### ${paced.chunks} chunks at ${PER_SECOND} a second behind 200 messages`);
  say(measurementTable(pace));
  say(`### ${FLOOD.chunks} chunks at once behind 200 messages`);
  say(measurementTable(flood));
}
say(sizeTable(sizes.all));
say(verdictTable(verdicts));
for (const { name } of options.profile === undefined ? [] : variants) {
  say(`### ${name}`);
  say(selfTimes(join(options.profile!, name)));
}
if (options.json !== undefined) {
  const figures = { where, chromium, sizes: [...sizes.all], pace: [...pace], flood: [...flood], verdicts };
  await writeFile(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);
}
// Only what is wrong fails; what is slow is told.
if ([...pace.values(), ...flood.values()].flat().some(({ exact }) => !exact)) process.exitCode = 1;

async function measureAll(): Promise<{ flood: Measured; pace: Measured; chromium: string }> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-bench-client-"));
  await using pages = await BuiltPages.make(new Set(variants.map(({ page }) => page)), options.profile === undefined);
  await using pageServer = await PageServer.start(pages.folder);
  await using server = await serve(
    { speech: speechSystem },
    {
      store: sqlite(join(folder, "bench.db")),
      source: iterable(() => []),
      port: 0,
      origins: [pageServer.url],
      signals: false,
    },
  );
  const browser = await launchChromium();
  try {
    const place = { browser, pages: pageServer.url, sluice: `${server.url}/speech`, profiles: options.profile };
    return {
      flood: await rounds(place, variants, FLOOD, runs),
      pace: await rounds(place, variants, paced, runs),
      chromium: browser.version(),
    };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n\n`);
}
