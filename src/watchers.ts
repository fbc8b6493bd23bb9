import type { Clock } from "./clock.ts";
import { type Records, streamKey } from "./records.ts";
import type { StreamHead } from "./store.ts";

const COLLECTION = "watched";

/** How often a process that only follows a stream says so, and how long that counts. */
export const WATCH_MARK_MS = 2000;
const COUNTS_MS = 3 * WATCH_MARK_MS;

/** Tells a run that may stop when unwatched of those who follow it in other processes. */
export class Watchers {
  readonly #records: Records;
  readonly #clock: Clock;

  constructor(records: Records, clock: Clock) {
    this.#records = records;
    this.#clock = clock;
  }

  /** Somebody follows the stream in this process. */
  async mark(head: Pick<StreamHead, "app" | "streamId">): Promise<void> {
    const now = this.#clock.now();
    await this.#records.put(
      streamKey(COLLECTION, head),
      { until: now + COUNTS_MS },
      { now, expiresAt: now + COUNTS_MS },
    );
  }

  /** Whether somebody has lately, in any process but this one. */
  async has(head: Pick<StreamHead, "app" | "streamId">): Promise<boolean> {
    const record = await this.#records.get(streamKey(COLLECTION, head));
    return record !== undefined && Number(record.value["until"]) > this.#clock.now();
  }
}
