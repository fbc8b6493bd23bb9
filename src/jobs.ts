import type { Job } from "./launcher.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { RecordKey, Records } from "./records.ts";

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
      keyOf(job.caller.app, job.streamId),
      { job: job as unknown as JsonObject },
      {
        now,
        expiresAt: now + KEPT_MS,
      },
    );
  }

  async of(app: string, streamId: string): Promise<Job | undefined> {
    const record = await this.#records.get(keyOf(app, streamId));
    return record?.value["job"] as unknown as Job | undefined;
  }

  async drop(app: string, streamId: string): Promise<void> {
    await this.#records.delete(keyOf(app, streamId));
  }
}

/** A caller's documents have an owner with a slash in it: this one is nobody's. */
function keyOf(app: string, streamId: string): RecordKey {
  return { collection: COLLECTION, owner: app, id: streamId };
}
