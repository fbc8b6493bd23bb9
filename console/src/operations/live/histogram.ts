/** Where a share of the values lies. */
export interface Percentile {
  /** The value, in the unit of the bounds; the last bound where it lies beyond. */
  readonly value: number;
  /** Above the last bound: the value is only known to be more. */
  readonly beyond: boolean;
  /** The place on an axis that gives each bucket the width 1. */
  readonly place: number;
}

/** The shares that charts mark and words tell, each with the number of values below which it would be made up. */
const SHARES = [
  { name: "p50", share: 0.5, from: 1 },
  { name: "p95", share: 0.95, from: 20 },
  { name: "p99", share: 0.99, from: 100 },
] as const;

/** The shares that so many values can tell: the median alone where they are few. */
export function sharesOf(counts: readonly number[]): readonly (readonly [name: string, share: number])[] {
  const total = totalOf(counts);
  return SHARES.filter(({ from }) => total >= from).map(({ name, share }) => [name, share]);
}

/** How many values were counted. */
export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * The value below which `share` (0 to 1) of the counted values lie, as if each bucket's were spread evenly over it.
 * `counts` has one more entry than `bounds`: what lies above the last. Undefined where nothing was counted.
 */
export function percentile(
  counts: readonly number[],
  bounds: readonly number[],
  share: number,
): Percentile | undefined {
  const total = totalOf(counts);
  if (total === 0) return undefined;
  const wanted = share * total;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && below + count >= wanted) {
      const within = (wanted - below) / count;
      const upper = bounds[bucket];
      if (upper === undefined) return { value: bounds.at(-1)!, beyond: true, place: bucket + within };
      const lower = bounds[bucket - 1] ?? 0;
      return { value: lower + (upper - lower) * within, beyond: false, place: bucket + within };
    }
    below += count;
  }
  return undefined;
}

/** Adds `more` to `counts`, bucket by bucket; `sign` -1 takes it away again. */
export function addCounts(counts: readonly number[], more: readonly number[], sign: 1 | -1 = 1): readonly number[] {
  return counts.map((count, bucket) => count + sign * (more[bucket] ?? 0));
}
