/**
 * What a reader that has stopped costs the others: `node --conditions=sluice-source bench/stalled-reader.ts [options]`. Ends with 1
 * where it did not get the whole of its stream after all.
 *
 *   --seconds N      of each measurement (30)
 *   --rounds N       rounds, each with every company once (3)
 *   --viewers N      paced viewers (100)
 *   --ends           the stalled one's run ends before it reads again; else it goes on
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { machine } from "./machine.ts";
import { median } from "./median.ts";
import { table } from "./soak/report.ts";
import { COMPANIES, type Company, type StallFigures, timeBeside } from "./soak/stall.ts";
import { CLIENT_CORE } from "./stage.ts";

const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    rounds: { type: "string", default: "3" },
    viewers: { type: "string", default: "100" },
    ends: { type: "boolean", default: false },
  },
});
const MB = 1024 * 1024;

spawnSync("taskset", ["-acp", String(CLIENT_CORE), String(process.pid)]);
const place = machine();
const given = { seconds: Number(options.seconds), viewers: Number(options.viewers), ends: options.ends };
const figures: Record<Company, StallFigures[]> = { nobody: [], reading: [], stalled: [] };
for (let round = 1; round <= Number(options.rounds); round += 1) {
  for (const company of COMPANIES) {
    const measured = await timeBeside(company, given);
    figures[company].push(measured);
    process.stderr.write(`round ${round} ${company}: ${JSON.stringify(measured)}\n`);
  }
}

const middle = (company: Company, figure: (of: StallFigures) => number): number => median(figures[company].map(figure));
/** The middle of each round's ratio to another company. */
const ratio = (company: Company, to: Company): string =>
  median(figures[company].map(({ p99 }, round) => p99 / figures[to][round]!.p99)).toFixed(2);
const largest = (company: Company, figure: (of: StallFigures) => number): string =>
  (Math.max(...figures[company].map(figure)) / MB).toFixed(1);

const catchUps = figures.stalled.map(({ catchUp }) => catchUp!);
process.stdout.write(
  `${[
    `${place} ${given.viewers} paced viewers, ${given.seconds} s, medians of ${options.rounds} rounds.`,
    table(
      [
        "beside",
        "p50 µs",
        "p99 µs",
        "p99 : nobody",
        "p99 : reading",
        "p99 µs, then",
        "server's loop p99 ms, then",
        "growth after gc MB, most",
        "RSS growth MB, most",
        "fast tokens/s",
      ],
      COMPANIES.map((company) => [
        company,
        middle(company, ({ p50 }) => p50).toFixed(0),
        middle(company, ({ p99 }) => p99).toFixed(0),
        ratio(company, "nobody"),
        ratio(company, "reading"),
        middle(company, ({ p99After }) => p99After).toFixed(0),
        middle(company, ({ loopAfter }) => loopAfter).toFixed(1),
        largest(company, ({ growth }) => growth),
        largest(company, ({ rssGrowth }) => rssGrowth),
        middle(company, ({ fastRate }) => fastRate).toFixed(0),
      ]),
    ),
    table(
      ["round", "tokens behind", "frames", "ms", "problems"],
      catchUps.map(({ tokens, frames, milliseconds, problems }, round) => [
        String(round + 1),
        String(tokens),
        String(frames),
        milliseconds.toFixed(0),
        problems.join("; ") || "none",
      ]),
    ),
  ].join("\n\n")}\n`,
);
if (catchUps.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
