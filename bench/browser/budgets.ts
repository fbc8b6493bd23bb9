import { median } from "../median.ts";
import type { Measurement } from "./measurement.ts";
import type { Size } from "./sizes.ts";

/** One promise, and what was found. */
export interface Verdict {
  readonly budget: string;
  readonly found: string;
  readonly kept: boolean;
}

/** The bundles that have a budget. */
export interface BudgetedSizes {
  readonly client: Size;
  /** Client and hooks. */
  readonly hooks: Size;
}

const KILOBYTE = 1000;
const CLIENT_BYTES = 8 * KILOBYTE;
const HOOKS_BYTES = 2 * KILOBYTE;
const COMMITS_IN_A_SECOND = 61;
const PART_OF_NAIVE = 1 / 3;
const LONG_TASK_MS = 50;
const HEAP_BYTES = 2 * KILOBYTE * KILOBYTE;

/** Of the code that is needed to begin, and of all that a page comes to load. */
export function sizeVerdicts({ client, hooks }: BudgetedSizes): Verdict[] {
  return [
    sizeVerdict("client at most 8 kB, gzip: its code to begin", client.code, CLIENT_BYTES),
    sizeVerdict("the same: what a Vite page loads first", client.first, CLIENT_BYTES),
    sizeVerdict("the same: with what it loads later", all(client), CLIENT_BYTES),
    sizeVerdict("hooks at most 2 kB more, gzip: their code to begin", hooks.code - client.code, HOOKS_BYTES),
    sizeVerdict("the same: what a Vite page loads first", hooks.first - client.first, HOOKS_BYTES),
    sizeVerdict("the same: with what it loads later", all(hooks) - all(client), HOOKS_BYTES),
  ];
}

function sizeVerdict(budget: string, bytes: number, limit: number): Verdict {
  return { budget, found: kilobytes(bytes), kept: bytes <= limit };
}

function all({ first, later }: Size): number {
  return first + later;
}

/** Measurements of the paced answer, in the order of the runs. Of what must never happen, the worst run counts. */
export function paceVerdicts(naive: readonly Measurement[], sluice: readonly Measurement[]): Verdict[] {
  const commits = Math.max(...sluice.map(({ commitsInASecond }) => commitsInASecond));
  const part = median(sluice.map(({ taskMs }, run) => taskMs / naive[run]!.taskMs));
  const longest = Math.max(...sluice.map(longestTaskMs));
  const heap = median(sluice.map(({ heapGrowthBytes }) => heapGrowthBytes));
  const exact = sluice.every((measurement) => measurement.exact);
  return [
    {
      budget: "at most 61 commits in any second",
      found: `${commits} in the busiest`,
      kept: commits <= COMMITS_IN_A_SECOND,
    },
    {
      budget: "task time at most a third of naive",
      found: `${part.toFixed(2)} of it`,
      kept: part <= PART_OF_NAIVE,
    },
    {
      budget: "no task above 50 ms",
      found: longest === 0 ? "none" : `${longest.toFixed(0)} ms`,
      kept: longest <= LONG_TASK_MS,
    },
    {
      budget: "heap growth after garbage collection at most 2 MB",
      found: `${(heap / KILOBYTE ** 2).toFixed(2)} MB`,
      kept: heap <= HEAP_BYTES,
    },
    { budget: "text exact", found: exact ? "to the character" : "it differs", kept: exact },
  ];
}

/** Only tasks above 50 ms are told; 0: there was none. */
export function longestTaskMs({ longTasksMs }: Measurement): number {
  return Math.max(0, ...longTasksMs);
}

export function kilobytes(bytes: number): string {
  return `${(bytes / KILOBYTE).toFixed(2)} kB`;
}
