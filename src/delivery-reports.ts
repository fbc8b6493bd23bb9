import type { Catalog } from "./catalog.ts";
import { readReport } from "./delivery-report.ts";
import { isDeltaJson } from "./merge.ts";
import type { Caller } from "./principal.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { Offset } from "./protocol/offset.ts";
import type { Services } from "./services.ts";

/** How far into its stream the viewers who reported came; undefined: they have shown nothing. */
interface Furthest {
  readonly app: string;
  shown: Offset | undefined;
}

/** Streams of which it is not known yet what nobody has seen; more are not counted. */
const MOST_STREAMS = 10_000;
/** So long after a stream's end its viewers have reported. */
const REPORTED_MS = 10_000;
/** Reads of the store for one stream; what lies behind them is not counted. */
const MOST_READS = 16;

/** What viewers say that they saw of their streams, added to the metrics (PROTOCOL.md section 7.8). */
export class DeliveryReports {
  readonly #services: Services;
  readonly #catalog: Catalog;
  readonly #furthest = new Map<string, Furthest>();

  constructor(services: Services, catalog: Catalog) {
    this.#services = services;
    this.#catalog = catalog;
  }

  /** A viewer reports what it saw of the caller's stream. Rejects with `not_found`, `stream_gone` or `bad_request`. */
  async report(caller: Caller, streamId: string, body: JsonObject): Promise<void> {
    const head = await this.#catalog.owned(caller, streamId);
    const { firstShownMs, shown, resumes, gaps, duplicates } = readReport(body);
    const place = this.#catalog.place(head, shown);
    const metrics = this.#services.metrics.apps[head.app]!;
    if (firstShownMs !== undefined) metrics.firstShown.observe(firstShownMs);
    for (const gap of gaps) metrics.gapEvents.observe(gap);
    metrics.viewerResumes += resumes;
    metrics.viewerDuplicates += duplicates;
    if (head.state === "running" || place?.seq !== head.seq || this.#furthest.has(streamId)) {
      this.#remember(streamId, head.app, place);
    }
  }

  /**
   * Counts what no viewer has seen of the streams that have ended. Only now: of a run that goes on, more is made; and who reloads
   * the page reports twice, and sees the rest.
   */
  async settle(): Promise<void> {
    const { store, clock } = this.#services;
    for (const [streamId, { app, shown }] of this.#furthest) {
      const head = await store.head(streamId);
      const ended = head !== undefined && head.state !== "running" && !head.gone;
      if (head?.state === "running" || (ended && clock.now() - head.endedAt! < REPORTED_MS)) continue;
      this.#furthest.delete(streamId);
      if (ended) this.#services.metrics.apps[app]!.unseenTokens += await this.#deltasAfter(streamId, shown);
    }
  }

  #remember(streamId: string, app: string, shown: Offset | undefined): void {
    const known = this.#furthest.get(streamId);
    if (known !== undefined) {
      if (known.shown === undefined || (shown !== undefined && shown.seq > known.shown.seq)) known.shown = shown;
    } else if (this.#furthest.size < MOST_STREAMS) {
      this.#furthest.set(streamId, { app, shown });
    }
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
