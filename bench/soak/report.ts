import { type Point, type SoakResult, handlesOf, socketsOf } from "./soak.ts";
import type { Finding } from "./verdict.ts";

const MB = 1024 * 1024;

export const HEADS: readonly string[] = [
  "s",
  "RSS MB",
  "heap MB",
  "buffers MB",
  "handles",
  "timers",
  "sockets",
  "files open",
  "runs",
  "database MB",
  "log MB",
  "commits",
  "events",
  "delay p99 ms",
  "CPU s",
];

/** One sample as a row of the table. */
export function rowOf({ at, sample }: Point): string[] {
  const megabytes = (bytes: number): string => (bytes / MB).toFixed(1);
  return [
    (at / 1000).toFixed(0),
    megabytes(sample.rss),
    megabytes(sample.heap),
    megabytes(sample.buffers),
    String(handlesOf(sample)),
    String(sample.handles["Timeout"] ?? 0),
    String(socketsOf(sample)),
    String(sample.descriptors),
    String(sample.running),
    megabytes(sample.database),
    megabytes(sample.log),
    String(sample.commits),
    String(sample.events),
    sample.delayP99.toFixed(1),
    (sample.cpu / 1000).toFixed(1),
  ];
}

/** What a soak came to, in Markdown. */
export function report({ before, points, after, tally }: SoakResult, findings: readonly Finding[]): string {
  const end = points.at(-1)?.at ?? 0;
  const samples = [{ at: 0, sample: before }, ...points, { at: end, sample: after }].map(rowOf);
  samples.at(-1)![0] = "rest";
  const counts = (counted: object): string =>
    Object.entries(counted)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ");
  return [
    table(HEADS, samples),
    `${tally.runs} runs: ${counts(tally.begun)}; over ${counts(tally.byKind)}. ` +
      `${tally.tokens} tokens in ${tally.frames} frames were checked, ${tally.cuts} connections cut.`,
    table(
      ["what", "figure", "bound", ""],
      findings.map(({ what, figure, bound, good }) => [what, figure, bound, good ? "good" : "BAD"]),
    ),
    ...tally.told,
    "",
  ].join("\n\n");
}

export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
