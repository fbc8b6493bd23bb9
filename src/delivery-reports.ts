import type { Catalog } from "./catalog.ts";
import { readReport } from "./delivery-report.ts";
import { isDeltaJson } from "./merge.ts";
import type { Caller } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { Offset } from "./protocol/offset.ts";
import type { Services } from "./services.ts";

/** What the viewers of a stream have reported. */
interface Reported {
  readonly app: string;
  /** How many reports of it were added to the metrics. */
  taken: number;
  /** How far the viewers came; undefined: they have shown nothing. */
  shown: Offset | undefined;
}

/** Streams of which it is not known yet what nobody has seen, and as many of which it is; the oldest go first. */
const MOST_STREAMS = 10_000;
/** Reports of one stream that are added to the metrics; more only say how far their viewers came. */
const MOST_REPORTS = 16;
/** So long after a stream's end its viewers have reported. */
const REPORTED_MS = 10_000;
/** Reads of the store for one stream; what lies behind them is not counted. */
const MOST_READS = 16;

/** What viewers say that they saw of their streams, added to the metrics (PROTOCOL.md section 7.8). */
export class DeliveryReports {
  readonly #services: Services;
  readonly #catalog: Catalog;
  readonly #waiting = new Map<string, Reported>();
  /** Kept, so that nothing of them counts again. */
  readonly #settled = new Map<string, Reported>();

  constructor(services: Services, catalog: Catalog) {
    this.#services = services;
    this.#catalog = catalog;
  }

  /** A viewer reports what it saw of the caller's stream. Rejects with `not_found`, `stream_gone` or `bad_request`. */
  async report(caller: Caller, streamId: string, body: JsonObject): Promise<void> {
    const head = await this.#catalog.owned(caller, streamId);
    const { firstShownMs, shown, resumes, gaps, duplicates } = readReport(body);
    const place = this.#catalog.place(head, shown);
    const reported = this.#reported(streamId, head.app);
    if (place !== undefined && place.seq > (reported.shown?.seq ?? -1)) reported.shown = place;
    if (head.state !== "running" && place?.seq === head.seq) this.#close(streamId, reported);
    if (reported.taken >= MOST_REPORTS) return;
    reported.taken += 1;
    const metrics = this.#services.metrics.apps[head.app]!;
    if (firstShownMs !== undefined) metrics.firstShown.observe(firstShownMs);
    for (const gap of gaps) metrics.gapEvents.observe(gap);
    metrics.viewerResumes += resumes;
    metrics.viewerDuplicates += duplicates;
  }

  /**
   * Counts what no viewer has seen of the streams that have ended. Only now: of a run that goes on, more is made; and who reloads
   * the page reports twice, and sees the rest.
   */
  async settle(): Promise<void> {
    const { store, clock } = this.#services;
    for (const [streamId, reported] of this.#waiting) {
      const head = await store.head(streamId);
      const ended = head !== undefined && head.state !== "running" && !head.gone;
      if (head?.state === "running" || (ended && clock.now() - head.endedAt! < REPORTED_MS)) continue;
      // Another sweep that overlaps this one may have come first.
      if (!this.#close(streamId, reported) || !ended) continue;
      const unseen = await this.#deltasAfter(streamId, reported.shown);
      this.#services.metrics.apps[reported.app]!.unseenTokens += unseen;
    }
  }

  #reported(streamId: string, app: string): Reported {
    const known = this.#waiting.get(streamId) ?? this.#settled.get(streamId);
    if (known !== undefined) return known;
    const [oldest] = this.#waiting.size < MOST_STREAMS ? [] : this.#waiting;
    if (oldest !== undefined) this.#close(...oldest);
    const reported: Reported = { app, taken: 0, shown: undefined };
    this.#waiting.set(streamId, reported);
    return reported;
  }

  /** Waits for no more of the stream's viewers; false where that was done already. */
  #close(streamId: string, reported: Reported): boolean {
    if (!this.#waiting.delete(streamId)) return false;
    this.#settled.set(streamId, reported);
    if (this.#settled.size > MOST_STREAMS) this.#settled.delete(this.#settled.keys().next().value!);
    return true;
  }

  async #deltasAfter(streamId: string, shown: Offset | undefined): Promise<number> {
    const { store, limits } = this.#services;
    let after = shown;
    let deltas = 0;
    for (let read = 0; read < MOST_READS; read += 1) {
      const entries = await store.read(streamId, after, limits.readBytes);
      if (entries.length === 0) break;
      deltas += entries.filter(({ json }) => isDeltaJson(json)).length;
      after = entries.at(-1);
    }
    return deltas;
  }
}
