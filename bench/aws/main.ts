/**
 * Measures the knob between calls and latency on AWS at home: `npm run bench:aws -- [options]`.
 *
 *   --knobs A,B      values of SLUICE_COALESCE_MS beside 0, milliseconds (50,100,250)
 *   --answers N      answers at once, each with a viewer (5)
 *   --tokens N       tokens of an answer (1000)
 *   --post MS        what a post takes (15)
 *
 * It ends with 1 where no value of the knob keeps a bound.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Figures, type Setting, round } from "./round.ts";

interface Bound {
  /** Added to the p95 of the knob at 0. */
  readonly addedMs: number;
  /** Of one post per token. */
  readonly share: number;
}

const BOUNDS: readonly Bound[] = [
  { addedMs: 50, share: 0.5 },
  { addedMs: 250, share: 0.1 },
];

const { values: options } = parseArgs({
  options: {
    knobs: { type: "string", default: "50,100,250" },
    answers: { type: "string", default: "5" },
    tokens: { type: "string", default: "1000" },
    post: { type: "string", default: "15" },
  },
});

const setting: Setting = {
  answers: Number(options.answers),
  tokens: Number(options.tokens),
  perSecond: 50,
  postMs: Number(options.post),
};
const place =
  `${new Date().toISOString().slice(0, 10)}; ${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}, ` +
  `Node ${process.versions.node}, load before it ${loadavg()[0]!.toFixed(1)}.`;
process.stdout.write(
  `${place} ${setting.answers} answers of ${setting.tokens} tokens at once, ` +
    `${setting.perSecond} tokens/s, ${setting.postMs} ms a post.\n\n` +
    "| from post to post, ms | posts | of one per token | p50 ms | p95 ms | longest ms | added p95 ms | writes | write units |\n" +
    "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
);
tellRow("one per token", await round(setting, undefined));
const base = await round(setting, 0);
tellRow("0", base, base);
const rounds: Figures[] = [];
for (const knob of options.knobs.split(",")) {
  const figures = await round(setting, Number(knob));
  rounds.push(figures);
  tellRow(knob, figures, base);
}
process.stdout.write("\n");
for (const bound of BOUNDS) tellBound(bound);

function tellBound({ addedMs, share }: Bound): void {
  const kept = rounds.some(({ p95, posts }) => p95 - base.p95 <= addedMs && posts <= share * setting.tokens);
  process.stdout.write(
    `${kept ? "Kept" : "BROKEN"}: at most ${share * 100} % of the posts at ${addedMs} ms added p95.\n`,
  );
  if (!kept) process.exitCode = 1;
}

function tellRow(title: string, figures: Figures, base?: Figures): void {
  const { posts, p50, p95, longest, writes, units } = figures;
  const cells = [
    title,
    posts.toFixed(1),
    `${((posts / setting.tokens) * 100).toFixed(1)} %`,
    ...[p50, p95, longest].map((ms) => ms.toFixed(1)),
    base === undefined ? "" : (p95 - base.p95).toFixed(1),
    ...[writes, units].map((count) => count.toFixed(0)),
  ];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}
