import { SluiceError } from "./protocol/errors.ts";
import type { Services } from "./services.ts";
import type { Append, Appended, Store } from "./store.ts";
import type { Writer } from "./writer.ts";

/** Stores what all writers have pending, once an event-loop turn, and only then wakes the followers (law 1). */
export class Committer {
  readonly #services: Services;
  readonly #dirty = new Set<Writer>();
  #scheduled = false;
  #committing = false;

  constructor(services: Services) {
    this.#services = services;
  }

  /** This writer has something for the next commit. */
  schedule(writer: Writer): void {
    this.#dirty.add(writer);
    if (this.#scheduled || this.#committing) return;
    this.#scheduled = true;
    this.#services.clock.turn(() => void this.#commit());
  }

  async #commit(): Promise<void> {
    this.#scheduled = false;
    this.#committing = true;
    const { store, clock, hub, metrics } = this.#services;
    const writers = [...this.#dirty];
    this.#dirty.clear();
    const batch: Append[] = [];
    const owners: Writer[] = [];
    const now = clock.now();
    for (const writer of writers) {
      const append = writer.take(now);
      if (append === undefined) continue;
      batch.push(append);
      owners.push(writer);
    }
    const outcomes = await this.#store(store, batch);
    metrics.commits += 1;
    const moved: string[] = [];
    let failed = false;
    for (const [index, writer] of owners.entries()) {
      const outcome = outcomes[index]!;
      if (outcome.outcome === "failed") failed = true;
      if (writer.settle(outcome, clock.now(), NOT_STORED)) {
        metrics.events += batch[index]!.events.length;
        moved.push(batch[index]!.streamId);
      }
      if (outcome.outcome === "failed") this.#retryLater(writer);
      else if (writer.dirty) this.#dirty.add(writer);
    }
    if (failed) this.#report(outcomes);
    for (const streamId of moved) hub.moved(streamId);
    this.#committing = false;
    const [next] = this.#dirty;
    if (next !== undefined) this.schedule(next);
  }

  async #store(store: Store, batch: readonly Append[]): Promise<readonly Appended[]> {
    try {
      return await store.append(batch);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      return batch.map(() => ({ outcome: "failed", error }));
    }
  }

  /** The store may recover: the same append is offered again, and the viewers of a stuck stream are told meanwhile. */
  #retryLater(writer: Writer): void {
    const { clock, limits, hub } = this.#services;
    if (writer.stream.trouble !== undefined) hub.moved(writer.stream.id);
    clock.after(limits.commitRetryMs, () => this.schedule(writer));
  }

  #report(outcomes: readonly Appended[]): void {
    const failure = outcomes.find((outcome) => outcome.outcome === "failed");
    this.#services.metrics.failedCommits += 1;
    this.#services.logger.error({ err: failure?.error }, "a commit failed");
  }
}

const NOT_STORED = new SluiceError("internal", "The answer could not be stored.");
