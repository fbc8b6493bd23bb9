import type { StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";

/** The table `early_cancels`: cancels of requests that are not here yet (S9). */
export class EarlyCancels {
  readonly #take: StatementSync;
  readonly #remember: StatementSync;
  readonly #sweep: StatementSync;

  constructor(database: Database) {
    this.#take = database.prepare("DELETE FROM early_cancels WHERE scope = ? AND request_id = ? RETURNING until");
    this.#remember = database.prepare("INSERT OR REPLACE INTO early_cancels VALUES (?, ?, ?)");
    this.#sweep = database.prepare("DELETE FROM early_cancels WHERE until <= ?");
  }

  remember(scope: string, requestId: string, until: number): void {
    this.#remember.run(scope, requestId, until);
  }

  /** Whether this request was cancelled before it came; asked once. */
  take(scope: string, requestId: string, now: number): boolean {
    const row = this.#take.get(scope, requestId) as { until: number } | undefined;
    return row !== undefined && row.until > now;
  }

  sweep(now: number): void {
    this.#sweep.run(now);
  }
}
