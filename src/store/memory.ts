import type { Backend } from "../backend.ts";
import { memoryBlobs } from "../blobs/memory.ts";
import { byNewest, pageOf, parseCursor, type Cursor } from "../cursor.ts";
import { SluiceError } from "../protocol/errors.ts";
import type { Offset } from "../protocol/offset.ts";
import { memoryRecords } from "../records/memory.ts";
import type {
  Append,
  Appended,
  HeadPage,
  ListQuery,
  NewStream,
  Opened,
  Store,
  StoredEvent,
  StreamHead,
} from "../store.ts";
import { type LoggedEvent, Portion, streamGone } from "./portion.ts";
import { holdsSame, mayRepeat } from "./repetition.ts";

/** Everything in memory: for tests and for trying things out; nothing survives the process. */
export function memory(): Backend {
  const [records, blobs] = [memoryRecords(), memoryBlobs()];
  const store = new MemoryStore((now) => records.sweep(now));
  return { store, records, blobs, close: async () => {} };
}

/** A store that lasts as long as the process. */
export function memoryStore(): Store {
  return new MemoryStore();
}

interface Kept {
  head: { -readonly [Key in keyof StreamHead]: StreamHead[Key] };
  events: LoggedEvent[];
  /** Set where the stream is gone. */
  forgetAt?: number;
}

class MemoryStore implements Store {
  readonly #streams = new Map<string, Kept>();
  /** The stream of each request that is known. */
  readonly #requests = new Map<string, Kept>();
  /** Until when each early cancel is remembered. */
  readonly #earlyCancels = new Map<string, number>();
  readonly #swept: (now: number) => void;

  /** `swept` is called with each sweep, for what is kept beside the streams. */
  constructor(swept: (now: number) => void = () => {}) {
    this.#swept = swept;
  }

  async open(stream: NewStream, startJson: string): Promise<Opened> {
    const request = stream.requestId === undefined ? undefined : requestKey(stream.scope, stream.requestId);
    const known = request === undefined ? undefined : this.#requests.get(request);
    if (known !== undefined) return { head: { ...known.head }, created: false, cancelled: false };
    if (this.#streams.has(stream.streamId)) throw new SluiceError("conflict", "This stream id is taken.");

    const cancelled = request !== undefined && (this.#earlyCancels.get(request) ?? 0) > stream.createdAt;
    const kept: Kept = {
      head: { ...stream, state: "running", epochs: [0], seq: 0, cancelRequested: cancelled, gone: false },
      events: [{ seq: 0, at: stream.createdAt, json: startJson }],
    };
    this.#streams.set(stream.streamId, kept);
    if (request !== undefined) {
      this.#requests.set(request, kept);
      this.#earlyCancels.delete(request);
    }
    return { head: { ...kept.head }, created: true, cancelled };
  }

  async append(appends: readonly Append[]): Promise<readonly Appended[]> {
    return appends.map((append) => this.#append(append));
  }

  #append(append: Append): Appended {
    const kept = this.#streams.get(append.streamId);
    if (kept === undefined) return { outcome: "fenced" };
    const { head, events } = kept;
    const isNext = append.epoch === head.epochs.length && append.seq === head.seq + 1 && head.state === "running";
    if (isNext) {
      for (const json of append.events) events.push({ seq: (head.seq += 1), at: append.at, json });
      if (append.end !== undefined) {
        kept.head = { ...head, state: append.end, endedAt: append.at, cancelRequested: false };
      }
    } else if (!mayRepeat(append, head) || !holdsSame(append, events.slice(append.seq))) {
      return { outcome: "fenced" };
    }
    return { outcome: "stored", cancel: kept.head.cancelRequested };
  }

  async read(streamId: string, after: Offset | undefined, maxBytes: number): Promise<readonly StoredEvent[]> {
    const kept = this.#streams.get(streamId);
    if (kept === undefined) throw streamGone(streamId);
    const portion = new Portion(kept.head, after, maxBytes);
    portion.addFrom(kept.events, 0);
    return portion.events;
  }

  async head(streamId: string): Promise<StreamHead | undefined> {
    return copyOf(this.#streams.get(streamId));
  }

  async find(scope: string, requestId: string): Promise<StreamHead | undefined> {
    return copyOf(this.#requests.get(requestKey(scope, requestId)));
  }

  async list({ app, scope, state, cursor, limit }: ListQuery): Promise<HeadPage> {
    const from = cursor === undefined ? undefined : parseCursor(cursor);
    const found = [...this.#streams.values()]
      .map(({ head }) => ({ ...head }))
      .filter((head) => head.app === app && head.scope === scope && !head.gone)
      .filter((head) => state === undefined || (head.state === "running") === (state === "running"))
      .filter((head) => from === undefined || byNewest(from, placeOf(head)) < 0)
      .sort((left, right) => byNewest(placeOf(left), placeOf(right)));
    const { items, ...next } = pageOf(found, limit, placeOf);
    return { heads: items, ...next };
  }

  async requestCancel(streamId: string): Promise<StreamHead | undefined> {
    const kept = this.#streams.get(streamId);
    if (kept?.head.state === "running") kept.head.cancelRequested = true;
    return copyOf(kept);
  }

  async rememberCancel(scope: string, requestId: string, until: number): Promise<void> {
    const request = requestKey(scope, requestId);
    const known = this.#requests.get(request);
    if (known === undefined) this.#earlyCancels.set(request, until);
    else await this.requestCancel(known.head.streamId);
  }

  async takeover(streamId: string, fromEpoch: number): Promise<{ epoch: number; seq: number } | undefined> {
    const head = this.#streams.get(streamId)?.head;
    if (head?.state !== "running" || head.epochs.length !== fromEpoch) return undefined;
    const seq = head.seq + 1;
    head.epochs = [...head.epochs, seq];
    return { epoch: head.epochs.length, seq };
  }

  /** None: its writers live in the one process that it dies with. */
  async abandoned(): Promise<readonly StreamHead[]> {
    return [];
  }

  async erase(streamId: string, forgetAt: number): Promise<void> {
    const kept = this.#streams.get(streamId);
    if (kept?.head.state === "running") throw new SluiceError("conflict", "A running stream cannot be erased.");
    if (kept !== undefined && !kept.head.gone) this.#erase(kept, forgetAt);
  }

  #erase(kept: Kept, forgetAt: number): void {
    const { scope, requestId } = kept.head;
    kept.head.gone = true;
    kept.events = [];
    kept.forgetAt = forgetAt;
    if (requestId !== undefined) this.#requests.delete(requestKey(scope, requestId));
  }

  async sweep(now: number, forgetAfterMs: number): Promise<void> {
    for (const [streamId, kept] of this.#streams) {
      const { endedAt, retentionMs } = kept.head;
      if (kept.forgetAt !== undefined) {
        if (kept.forgetAt <= now) this.#streams.delete(streamId);
      } else if (endedAt !== undefined && endedAt + retentionMs <= now) {
        this.#erase(kept, now + forgetAfterMs);
      }
    }
    for (const [request, until] of this.#earlyCancels) if (until <= now) this.#earlyCancels.delete(request);
    this.#swept(now);
  }

  async check(): Promise<void> {}

  async close(): Promise<void> {}
}

function requestKey(scope: string, requestId: string): string {
  return JSON.stringify([scope, requestId]);
}

function copyOf(kept: Kept | undefined): StreamHead | undefined {
  return kept === undefined ? undefined : { ...kept.head };
}

function placeOf(head: StreamHead): Cursor {
  return { createdAt: head.createdAt, id: head.streamId };
}
