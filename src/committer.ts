import { SluiceError } from "./protocol/errors.ts";
import type { Services } from "./services.ts";
import type { Append, Appended, Store } from "./store.ts";
import type { Stream } from "./stream.ts";
import type { Writer } from "./writer.ts";

/** Stores what all writers have pending, once an event-loop turn, and only then wakes the followers (law 1). */
export class Committer {
  readonly #services: Services;
  readonly #dirty = new Set<Writer>();
  #scheduled = false;
  #committing = false;
  /** How long the next commit waits: what arrives meanwhile shares its writes. */
  #restMs = 0;
  /** When the last commit began. */
  #begun = Number.NEGATIVE_INFINITY;

  constructor(services: Services) {
    this.#services = services;
  }

  /** This writer has something for the next commit. */
  schedule(writer: Writer): void {
    this.#dirty.add(writer);
    if (this.#scheduled || this.#committing) return;
    this.#scheduled = true;
    const { clock, limits } = this.#services;
    const commit = (): void => void this.#commit();
    const restMs = limits.commitEveryMs === 0 ? this.#restMs : this.#pauseMs(limits.commitEveryMs);
    if (restMs === 0) clock.turn(commit);
    else clock.after(restMs, commit);
  }

  #pauseMs(everyMs: number): number {
    // A clock that was set back is no reason to wait longer.
    const left = Math.min(everyMs, this.#begun + everyMs - this.#services.clock.now());
    return Math.max(this.#restMs, left);
  }

  async #commit(): Promise<void> {
    this.#scheduled = false;
    this.#committing = true;
    try {
      const { clock } = this.#services;
      const begun = await this.#commitAll();
      // What the followers sent was written to the sockets by now.
      this.#restMs = restAfter(clock.now() - begun);
    } catch (thrown) {
      this.#services.logger.error({ err: thrown }, "a commit broke off");
    } finally {
      this.#committing = false;
      const [next] = this.#dirty;
      if (next !== undefined) this.schedule(next);
    }
  }

  /** Gives the time at which the delivery began. */
  async #commitAll(): Promise<number> {
    const { store, clock, metrics } = this.#services;
    const now = clock.now();
    this.#begun = now;
    const batch: Append[] = [];
    const owners: Writer[] = [];
    for (const writer of this.#dirty) {
      const append = this.#take(writer, now);
      if (append === undefined) continue;
      batch.push(append);
      owners.push(writer);
    }
    this.#dirty.clear();
    const outcomes = await this.#store(store, batch);
    metrics.commits += 1;
    if (outcomes.some(({ outcome }) => outcome === "failed")) this.#report(outcomes);
    const settled = clock.now();
    const moved = owners.filter((writer, index) => this.#settle(writer, batch[index]!, outcomes[index]!, settled));
    for (const { stream } of moved) {
      this.#tell(stream.id);
      this.#delivered(stream);
    }
    return settled;
  }

  #take(writer: Writer, now: number): Append | undefined {
    try {
      return writer.take(now);
    } catch (thrown) {
      this.#services.logger.error({ err: thrown, streamId: writer.stream.id }, "a run's events cannot be taken");
      return undefined;
    }
  }

  #delivered(stream: Stream): void {
    try {
      stream.delivered();
    } catch (thrown) {
      this.#services.logger.error({ err: thrown, streamId: stream.id }, "a stream cannot keep what was delivered");
    }
  }

  /** True where the stream moved. */
  #settle(writer: Writer, append: Append, outcome: Appended, now: number): boolean {
    let moved: boolean;
    try {
      moved = writer.settle(outcome, now, NOT_STORED);
    } catch (thrown) {
      this.#services.logger.error({ err: thrown, streamId: writer.stream.id }, "a commit cannot be told to its run");
      moved = outcome.outcome === "stored";
    }
    if (moved) this.#services.metrics.events += append.events.length;
    if (outcome.outcome === "failed") this.#retryLater(writer);
    else if (writer.dirty) this.#dirty.add(writer);
    return moved;
  }

  #tell(streamId: string): void {
    const { hub, bus } = this.#services;
    try {
      hub.moved(streamId);
      bus?.publish(streamId);
    } catch (thrown) {
      this.#services.logger.error({ err: thrown, streamId }, "a wake-up failed");
    }
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
    const { clock, limits } = this.#services;
    if (writer.stream.trouble !== undefined) this.#tell(writer.stream.id);
    clock.after(limits.commitRetryMs, () => this.schedule(writer));
  }

  #report(outcomes: readonly Appended[]): void {
    const failure = outcomes.find((outcome) => outcome.outcome === "failed");
    this.#services.metrics.failedCommits += 1;
    this.#services.logger.error({ err: failure?.error }, "a commit failed");
  }
}

/** A delivery that takes a few milliseconds shows that the event loop is full: fewer, larger rounds then carry more. */
const LEAST_REST_MS = 2;
const LONGEST_REST_MS = 10;

function restAfter(deliveryMs: number): number {
  return deliveryMs < LEAST_REST_MS ? 0 : Math.min(deliveryMs, LONGEST_REST_MS);
}

const NOT_STORED = new SluiceError("internal", "The answer could not be stored.");
