import { median } from "../median.ts";
import { type Verdict, kilobytes, longestTaskMs } from "./budgets.ts";
import type { Measurement } from "./measurement.ts";
import type { Size } from "./sizes.ts";
import type { Measured } from "./rounds.ts";

interface Column {
  readonly title: string;
  readonly digits: number;
  /** Shown as a multiple of the first variant's, too. */
  readonly ratio?: true;
  of(measurement: Measurement): number;
}

const COLUMNS: readonly Column[] = [
  { title: "total ms", digits: 0, of: ({ totalMs }) => totalMs },
  { title: "commits", digits: 0, of: ({ commits }) => commits },
  { title: "commits/s", digits: 0, of: ({ commits, totalMs }) => (commits * 1000) / totalMs },
  { title: "in the busiest second", digits: 0, of: ({ commitsInASecond }) => commitsInASecond },
  { title: "script ms", digits: 0, of: ({ scriptMs }) => scriptMs },
  { title: "style ms", digits: 0, of: ({ styleMs }) => styleMs },
  { title: "layout ms", digits: 0, ratio: true, of: ({ layoutMs }) => layoutMs },
  { title: "task ms", digits: 0, ratio: true, of: ({ taskMs }) => taskMs },
  { title: "tasks > 50 ms", digits: 0, of: ({ longTasksMs }) => longTasksMs.length },
  { title: "longest ms", digits: 0, of: longestTaskMs },
  { title: "heap growth MB", digits: 2, of: ({ heapGrowthBytes }) => heapGrowthBytes / 1e6 },
];

/** Medians over the runs, and medians of each run's ratio to the first variant. */
export function measurementTable(measured: Measured): string {
  const [first] = measured.values();
  const head = ["page", ...COLUMNS.flatMap(({ title, ratio }) => (ratio ? [title, "ratio"] : [title])), "text"];
  const rows = Array.from(measured, ([{ title }, own]) => [
    title,
    ...COLUMNS.flatMap((column) => cells(column, own, first!)),
    own.every(({ exact }) => exact) ? "exact" : "differs",
  ]);
  return markdown(head, rows);
}

function cells({ digits, ratio, of }: Column, own: readonly Measurement[], first: readonly Measurement[]): string[] {
  const shown = median(own.map(of)).toFixed(digits);
  if (ratio === undefined) return [shown];
  return [shown, median(own.map((measurement, run) => of(measurement) / of(first[run]!))).toFixed(2)];
}

export function sizeTable(sizes: ReadonlyMap<string, Size>): string {
  const rows = Array.from(sizes, ([title, { code, first, later }]) => [
    title,
    kilobytes(code),
    kilobytes(first),
    later === 0 ? "" : kilobytes(later),
  ]);
  return markdown(["gzip -9, without React", "code to begin", "a Vite page loads first", "and later"], rows);
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  return markdown(
    ["budget", "found", ""],
    verdicts.map(({ budget, found, kept }) => [budget, found, kept ? "kept" : "**missed**"]),
  );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
