import type { Inspection } from "../inspection.ts";
import type { DataEvent } from "../protocol/events.ts";
import type { Offset } from "../protocol/offset.ts";
import { type Route, route } from "../route.ts";
import type { StreamHead } from "../store.ts";
import type { Stream } from "../stream.ts";
import { batches } from "./changes.ts";
import { data } from "./data.ts";
import { texts } from "./inputs.ts";
import type { OperationsParts } from "./parts.ts";
import { Signal, onceAborted } from "./signal.ts";
import { timelineEntry } from "./timeline-entry.ts";
import type { StreamKey, TimelineResult } from "./types.ts";
import { RETENTION_MS, UNWATCHED_MS } from "./watch.ts";

const LONGEST_MS = 3_600_000;
const BATCH = { items: 100, bytes: 16 * 1024 };
/** What comes in so short a time is shown together. */
const GATHER_MS = 50;

/** Everything that is known of one stream, from its beginning, live until it ends. */
export function timeline({ inspection, clock }: OperationsParts): Route<StreamKey, TimelineResult> {
  return route({
    input: texts("app", "streamId"),
    stopWhenUnwatchedMs: UNWATCHED_MS,
    retentionMs: RETENTION_MS,
    timeoutMs: 2 * LONGEST_MS,
    async *run({ input: { app, streamId }, signal }) {
      const seen = inspection();
      const head = await seen.find(app, streamId);
      yield data("head", headOf(head));
      const news = new Signal();
      const wake = (): void => news.give();
      const { stream, stop } = await seen.look(head, { wake });
      const over = new AbortController();
      const stops = [
        stop,
        seen.happenings.listen(streamId, wake),
        onceAborted([signal, seen.closing, over.signal], wake),
        clock.after(LONGEST_MS, () => over.abort()),
      ];
      const isOver = (): boolean => signal.aborted || seen.closing.aborted || over.signal.aborted;
      const reading = new Reading(seen, stream);
      try {
        for (;;) {
          let part = await reading.next();
          for (; part.length > 0; part = await reading.next()) yield part;
          if (stream.state !== "running" || isOver()) return { state: stream.state };
          await news.wait();
          await new Promise<void>((resolve) => void clock.after(GATHER_MS, resolve));
        }
      } finally {
        for (const end of stops) end();
      }
    },
  });
}

/** What was told of a stream so far: its events, and what else happened to it. */
class Reading {
  readonly #seen: Inspection;
  readonly #stream: Stream;
  #after: Offset | undefined;
  #happening = 0;

  constructor(seen: Inspection, stream: Stream) {
    this.#seen = seen;
    this.#stream = stream;
  }

  /** What is new, about one read's worth of it; empty where nothing is. */
  async next(): Promise<DataEvent[]> {
    const { happenings, number } = this.#seen.happenings.since(this.#stream.id, this.#happening);
    this.#happening = number;
    const stored = this.#stream.recent(this.#after) ?? (await this.#stream.stored(this.#after));
    const last = stored.at(-1);
    if (last !== undefined) this.#after = { epoch: last.epoch, seq: last.seq };
    const parts = batches(stored, ({ json }) => json.length, BATCH);
    return [
      ...(happenings.length > 0 ? [data("happenings", happenings)] : []),
      ...parts.map((part) => data("entries", part.map(timelineEntry))),
    ];
  }
}

function headOf({ app, streamId, route: name, owner, requestId, createdAt, epochs }: StreamHead) {
  return { app, streamId, route: name, owner, createdAt, epochs, ...(requestId !== undefined && { requestId }) };
}
