import type { Catalog } from "./catalog.ts";
import type { Connection } from "./connection.ts";
import { Happenings } from "./happenings.ts";
import type { Histogram } from "./histogram.ts";
import type { Wakeable } from "./hub.ts";
import type { AppMetrics } from "./metrics.ts";
import { FIRST_TOKEN_MS, INTER_TOKEN_MS } from "./pace-bounds.ts";
import { SluiceError } from "./protocol/errors.ts";
import type { RunReport } from "./run-report.ts";
import type { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import type { StreamHead } from "./store.ts";
import type { Stream } from "./stream.ts";

/** How long, and how many of them, runs that have ended are remembered. */
const PAST_MS = 300_000;
const PAST_RUNS = 200;

/** What all runs of this process have come to since it began; whoever wants a rate takes the difference of two. */
export interface Totals {
  readonly events: number;
  readonly tokens: number;
  /** Answers by the time to their first token: one count for each of FIRST_TOKEN_MS, and one for what lies above. */
  readonly firstToken: readonly number[];
  /** The same between two tokens, over INTER_TOKEN_MS. */
  readonly interToken: readonly number[];
}

/** An open connection of this process, and since when. */
export interface OpenConnection {
  readonly connection: Connection;
  readonly since: number;
}

/**
 * The engine as an operator may see it: runs, connections and streams of all owners. Whoever gives it to somebody answers for law 9.
 * One app, the one that shows all this, is hidden: else it would watch itself.
 */
export class Inspection {
  readonly happenings: Happenings = new Happenings();
  readonly #services: Services;
  readonly #runs: Runs;
  readonly #catalog: Catalog;
  readonly #hidden: string;
  readonly #open = new Map<string, OpenConnection>();
  #past: RunReport[] = [];
  /** Events of hidden runs that have ended. */
  #hiddenEvents = 0;
  /** Looks at each stream: they are followers, and no viewers. */
  readonly #looks = new Map<string, number>();
  readonly #closing = new AbortController();

  constructor(services: Services, runs: Runs, catalog: Catalog, hidden: string) {
    this.#services = services;
    this.#runs = runs;
    this.#catalog = catalog;
    this.#hidden = hidden;
  }

  /** Aborted when the process takes nothing new any more: whoever looks is to stop. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  opened(connection: Connection): void {
    if (connection.caller.app === this.#hidden) return;
    this.#open.set(connection.id, { connection, since: this.#services.clock.now() });
  }

  closed(connection: Connection): void {
    this.#open.delete(connection.id);
  }

  /** A run has ended its stream. */
  ended(report: RunReport): void {
    if (report.app === this.#hidden) {
      this.#hiddenEvents += report.seq;
      return;
    }
    this.#past = this.past;
    this.#past.push(report);
    if (this.#past.length > PAST_RUNS) this.#past.shift();
  }

  /** The runs that go on here, the oldest first. */
  get running(): Iterable<RunReport> {
    return this.#runs.reports((app) => app !== this.#hidden);
  }

  get runningCount(): number {
    return this.#runs.running - this.#hiddenRuns.length;
  }

  /** Those that have ended lately, the oldest first. */
  get past(): RunReport[] {
    const from = this.#services.clock.now() - PAST_MS;
    return this.#past.filter(({ endedAt = 0 }) => endedAt > from);
  }

  /** The open connections, the oldest first. */
  get connections(): Iterable<OpenConnection> {
    return this.#open.values();
  }

  get connectionCount(): number {
    return this.#open.size;
  }

  /** How many follow the stream here, besides those who look. */
  viewers(streamId: string): number {
    return this.#services.hub.watching(streamId) - (this.#looks.get(streamId) ?? 0);
  }

  get totals(): Totals {
    const apps = Object.values(this.#services.metrics.apps);
    const firstToken = sums(apps, FIRST_TOKEN_MS, (app) => app.firstToken);
    const interToken = sums(apps, INTER_TOKEN_MS, (app) => app.interToken);
    const hiddenEvents = this.#hiddenRuns.reduce((events, { seq }) => events + seq, this.#hiddenEvents);
    return {
      events: this.#services.metrics.events - hiddenEvents,
      tokens: [...firstToken, ...interToken].reduce((tokens, count) => tokens + count, 0),
      firstToken,
      interToken,
    };
  }

  get #hiddenRuns(): readonly RunReport[] {
    return [...this.#runs.reports((app) => app === this.#hidden)];
  }

  /** Any owner's stream: `not_found` where that app has none of this id, `stream_gone` where its events are gone. */
  async find(app: string, streamId: string): Promise<StreamHead> {
    if (app === this.#hidden) throw new SluiceError("not_found", "There is no such stream.");
    return this.#catalog.any(app, streamId);
  }

  /** The stream with whoever looks at it: `wakeable` is woken when it moves, until `stop`. */
  async look(head: StreamHead, wakeable: Wakeable): Promise<{ readonly stream: Stream; readonly stop: () => void }> {
    const { hub } = this.#services;
    const { streamId } = head;
    const stream = await this.#catalog.stream(head);
    const count = (by: number): void => {
      const looks = (this.#looks.get(streamId) ?? 0) + by;
      if (looks === 0) this.#looks.delete(streamId);
      else this.#looks.set(streamId, looks);
    };
    count(1);
    hub.follow(streamId, wakeable);
    return {
      stream,
      stop: () => {
        hub.unfollow(streamId, wakeable);
        count(-1);
      },
    };
  }

  /** Cancels a run, wherever it goes on (law 6). */
  cancel(head: StreamHead): Promise<void> {
    return this.#runs.cancel(head.streamId);
  }

  /** Waits until a stream has ended; gives its head then, undefined where there is none. */
  whenEnded(streamId: string): Promise<StreamHead | undefined> {
    return this.#catalog.ended(streamId);
  }

  /** Cuts a client's link without a word, so that it resumes; false where there is none that can be cut. */
  cut(connectionId: string): boolean {
    return this.#open.get(connectionId)?.connection.cut() ?? false;
  }
}

/** Adds up one histogram of all apps, bucket by bucket. */
function sums(apps: readonly AppMetrics[], bounds: readonly number[], pick: (app: AppMetrics) => Histogram): number[] {
  const buckets = Array.from({ length: bounds.length + 1 }, (_, bucket) => bucket);
  return buckets.map((bucket) => apps.reduce((sum, app) => sum + pick(app).counts[bucket]!, 0));
}
