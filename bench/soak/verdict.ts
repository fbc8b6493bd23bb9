import { type Point, type SoakResult, handlesOf, heldOf, socketsOf } from "./soak.ts";
import type { Sample } from "./sample.ts";

/** One thing that a soak has to show. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  readonly bound: string;
  readonly good: boolean;
}

const MINUTE = 60_000;
const MB = 1024 * 1024;
/** What comes before is warming up: code is compiled, the viewers' runs spread, nothing is old enough to expire. */
const WARM_MS = MINUTE;
/** Below this a line through the samples says nothing. */
const LEAST_MS = 3 * MINUTE;

/** The store's checkpoint thread starts with the first checkpoint, and stays. */
const CHECKPOINT_THREAD = { handles: 1, descriptors: 7 };

/** Bounds on what a server that leaks nothing may show. */
const BOUNDS = {
  /** Growth a minute, as a part of the mean. */
  slope: 0.01,
  /** The last minute against the first one after the warm-up. */
  growth: 1.15,
  /** The same of the resident memory, which takes longer to settle: it keeps what the heap once needed. */
  resident: 1.25,
  /** The largest size of the files in the second half against the first. */
  files: 1.25,
  fileBytes: 256 * MB,
  /** Of one processor core: more would be no soak but a race. */
  core: 0.5,
};

/** Judges a soak: always what the viewers saw and what was left; the trend where it was long enough. */
export function judge(result: SoakResult): readonly Finding[] {
  return [...seen(result), ...left(result), ...trend(result.points)];
}

function seen({ tally, after }: SoakResult): Finding[] {
  const { complete, error, cancelled } = after.ended;
  return [
    none("tokens lost", tally.lost),
    none("tokens doubled", tally.doubled),
    none("tokens out of order", tally.reordered),
    none("streams that nobody saw ending", tally.endless),
    none("other problems", tally.problems),
    exactly("streams that ended, of those begun", complete + error + cancelled, tally.runs),
    none("streams that ended with an error", error),
    none("failed commits", after.failedCommits),
  ];
}

function left({ before, after, points }: SoakResult): Finding[] {
  const largest = Math.max(...points.map(({ sample }) => filesOf(sample)));
  return [
    none("runs left", after.running),
    none("connections left", socketsOf(after)),
    atMost("handles left", handlesOf(after), handlesOf(before) + CHECKPOINT_THREAD.handles, String),
    atMost("descriptors left", after.descriptors, before.descriptors + CHECKPOINT_THREAD.descriptors, String),
    atMost("database and log at their largest", largest, BOUNDS.fileBytes, megabytes),
  ];
}

/** The lines through the samples after the warm-up. */
function trend(points: readonly Point[]): Finding[] {
  const warm = points.filter(({ at }) => at > WARM_MS);
  const last = warm.at(-1)?.at ?? 0;
  if (last - WARM_MS < LEAST_MS) return [];
  const early = warm.filter(({ at }) => at <= WARM_MS + MINUTE);
  const late = warm.filter(({ at }) => at > last - MINUTE);
  const lastToFirst = (figure: (sample: Sample) => number): number => meanOf(late, figure) / meanOf(early, figure);
  const half = (WARM_MS + last) / 2;
  const largest = (part: readonly Point[]): number => Math.max(...part.map(({ sample }) => filesOf(sample)));
  const files = largest(warm.filter(({ at }) => at > half)) / largest(warm.filter(({ at }) => at <= half));
  const [first, end] = [warm[0]!, warm.at(-1)!];
  const core = (end.sample.cpu - first.sample.cpu) / (end.at - first.at);
  return [
    atMost("in use after gc, growth a minute", growth(warm, heldOf), BOUNDS.slope, percent),
    atMost("in use after gc, last minute : first", lastToFirst(heldOf), BOUNDS.growth, ratio),
    atMost(
      "resident memory, last minute : first",
      lastToFirst(({ rss }) => rss),
      BOUNDS.resident,
      ratio,
    ),
    atMost("handles, growth a minute", growth(warm, handlesOf), BOUNDS.slope, percent),
    atMost(
      "descriptors, growth a minute",
      growth(warm, (sample) => sample.descriptors),
      BOUNDS.slope,
      percent,
    ),
    atMost("files, second half : first", files, BOUNDS.files, ratio),
    atMost("server's core", core, BOUNDS.core, percent),
  ];
}

/** The slope of the line of least squares through a figure, a minute, as a part of its mean. */
export function growth(points: readonly Point[], figure: (sample: Sample) => number): number {
  const middle = points.reduce((sum, { at }) => sum + at, 0) / points.length;
  const mean = meanOf(points, figure);
  const rise = points.reduce((sum, { at, sample }) => sum + (at - middle) * (figure(sample) - mean), 0);
  const spread = points.reduce((sum, { at }) => sum + (at - middle) ** 2, 0);
  return ((rise / spread) * MINUTE) / mean;
}

function meanOf(points: readonly Point[], figure: (sample: Sample) => number): number {
  return points.reduce((sum, { sample }) => sum + figure(sample), 0) / points.length;
}

function filesOf({ database, log }: Sample): number {
  return database + log;
}

function none(what: string, count: number): Finding {
  return exactly(what, count, 0);
}

function exactly(what: string, count: number, wanted: number): Finding {
  return { what, figure: String(count), bound: String(wanted), good: count === wanted };
}

function atMost(what: string, figure: number, bound: number, show: (value: number) => string): Finding {
  return { what, figure: show(figure), bound: `at most ${show(bound)}`, good: figure <= bound };
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`;
}

function ratio(value: number): string {
  return value.toFixed(2);
}
