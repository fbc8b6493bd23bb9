import type { Job } from "./launcher.ts";
import type { JsonObject } from "./protocol/json.ts";
import { type Records, streamKey } from "./records.ts";

const COLLECTION = "jobs";

/** How long a job is kept that nobody has removed: longer than any run. */
const KEPT_MS = 24 * 3600 * 1000;

/** What it takes to go on with a run whose process died, as long as the run goes on. */
export class Jobs {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async keep(job: Job, now: number): Promise<void> {
    await this.#records.put(
      streamKey(COLLECTION, { app: job.caller.app, streamId: job.streamId }),
      { job: job as unknown as JsonObject },
      {
        now,
        expiresAt: now + KEPT_MS,
      },
    );
  }

  async of(app: string, streamId: string): Promise<Job | undefined> {
    const record = await this.#records.get(streamKey(COLLECTION, { app, streamId }));
    return record?.value["job"] as unknown as Job | undefined;
  }

  async drop(app: string, streamId: string): Promise<void> {
    await this.#records.delete(streamKey(COLLECTION, { app, streamId }));
  }
}
