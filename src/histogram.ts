/** Counts of values by bucket. Cheap to add to: two additions and a short search. */
export class Histogram {
  /** Upper bounds of the buckets, ascending; a value on a bound belongs to it. */
  readonly bounds: readonly number[];
  /** One for each bound, and one for what lies above the last. Not cumulative. */
  readonly counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** Of all values. */
  get sum(): number {
    return this.#sum;
  }

  /** How many values there were. */
  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.bounds.length && value > this.bounds[bucket]!) bucket += 1;
    this.counts[bucket]! += 1;
    this.#sum += value;
  }
}
