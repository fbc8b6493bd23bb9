import type { StoredEvent } from "./store.ts";

const UNUSED = Buffer.alloc(0);

/** Room for one event at least, however small the tail may be. */
const LEAST = 256;

/**
 * The last committed events of a running stream, dense. They are kept as bytes outside the JavaScript heap: thousands of
 * streams would else give the collector every event of their last seconds to move about.
 */
export class Tail {
  readonly #capacity: number;
  #buffer = UNUSED;
  /** Where each event ends in the buffer, and its commit time. */
  #ends: number[] = [];
  #times: number[] = [];
  #first = 0;

  /** Holds about `capacity` bytes of JSON. */
  constructor(capacity: number) {
    this.#capacity = Math.max(capacity, LEAST);
  }

  /** Adds what comes next; what has no room any more goes. */
  push({ seq, at, json }: StoredEvent): void {
    const most = json.length * 3;
    // Whatever went wrong before: an event under another's number would be a lie (law 3).
    if (seq !== this.#first + this.#ends.length) this.#clear();
    if (this.#used + most > this.#capacity) this.#makeRoom(most);
    if (most > this.#capacity) return;
    if (this.#buffer === UNUSED) this.#buffer = Buffer.allocUnsafeSlow(this.#capacity);
    if (this.#ends.length === 0) this.#first = seq;
    this.#ends.push(this.#used + this.#buffer.write(json, this.#used));
    this.#times.push(at);
  }

  /** The events from `seq` on, each with the epoch that wrote it; undefined where they are no longer here. */
  from(seq: number, epochOf: (seq: number) => number): readonly StoredEvent[] | undefined {
    const skipped = seq - this.#first;
    if (skipped < 0 || skipped >= this.#ends.length) return undefined;
    return this.#ends.slice(skipped).map((end, index) => {
      const place = skipped + index;
      const begin = place === 0 ? 0 : this.#ends[place - 1]!;
      const json = this.#buffer.toString("utf8", begin, end);
      return { epoch: epochOf(seq + index), seq: seq + index, at: this.#times[place]!, json };
    });
  }

  #clear(): void {
    this.#ends.length = 0;
    this.#times.length = 0;
  }

  get #used(): number {
    return this.#ends.at(-1) ?? 0;
  }

  /** Drops the older half, or everything where that is not enough. */
  #makeRoom(bytes: number): void {
    const half = this.#ends.findIndex((end) => end >= this.#capacity / 2);
    const kept = half === -1 ? 0 : this.#ends[half]!;
    const enough = this.#used - kept + bytes <= this.#capacity;
    const dropped = enough ? half + 1 : this.#ends.length;
    this.#buffer.copyWithin(0, kept, this.#used);
    this.#ends = this.#ends.slice(dropped).map((end) => end - kept);
    this.#times = this.#times.slice(dropped);
    this.#first += dropped;
  }
}
