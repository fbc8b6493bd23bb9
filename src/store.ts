/**
 * CONTRACT: the durable log, keyed by stream. Implementations in store/.
 *
 * Laws (each a case of testing/conformance/store.ts; "law n" are the product's, PROTOCOL.md section 1):
 *
 * S1  Atomic. Of one append either every event is stored or none.
 * S2  Acknowledged means stored: a `stored` outcome survives what the store's durability promises, and is read at once (law 1).
 * S3  Fenced. An append whose epoch is not the stream's, or whose seq is not the next, leaves nothing and is told `fenced` (law 4).
 * S4  Final. After its terminal event a stream takes no append (law 5).
 * S5  Repeatable. The same append again (same epoch, seq and events, the last ones stored) is `stored`, and stores nothing twice,
 *     while its epoch lasts: a writer that does not know how its append went may ask again.
 * S6  Independent. A failed or fenced append in a group leaves the others in it as they are, unless the whole group failed.
 * S7  Dense reads. `read` gives the events right after the offset asked, in order, without a hole, or `stream_gone`: also where
 *     that offset is not the stream's (law 4), or the stream is not known. Never a part for the whole.
 * S8  Same request once. `open` with a (scope, requestId) that a kept stream has gives that stream and stores nothing (law 8).
 *     A stream id that is taken is `conflict`.
 * S9  Early cancel. A cancel for a request id not yet seen is remembered while `createdAt < until` and told, once, by the `open`
 *     that comes (law 6). For a request that has come meanwhile it is a `requestCancel`.
 * S10 Gone is told. A stream past its retention, or erased, keeps its head with `gone` (so that `stream_gone` can be told apart
 *     from `not_found`) until it is forgotten; its events are removed at once, it leaves the lists, its request id is free again.
 * S11 Takeover. It raises the epoch by one, records the seq at which it begins (the next one to append, which it gives), and
 *     fences the former writer. It is stored as safely as the back end can, so that no epoch is given out twice. A takeover
 *     that expects another epoch than the stream has, or whose stream has ended, gives undefined.
 * S12 No clock of its own. Every time comes from the caller, in epoch milliseconds.
 * S13 Lease. A store that cannot know which writers are dead keeps, for a running stream, until when its writer has promised to be
 *     heard of (`leaseUntil`): some time behind its creation, behind each of its appends, and behind a takeover that says when it
 *     is. Later the writer counts as dead.
 * S14 Of a writer that has nothing to append, the lease is renewed by `leases.renew`, which tells it of a cancel; `release` ends it
 *     at once. Both touch nothing where the stream has another writer, has ended or is gone. A store that many processes share,
 *     and that no host of its own looks after, has `leases`.
 */
import type { StreamState } from "./protocol/events.ts";
import type { Offset } from "./protocol/offset.ts";

/** What is known of a stream without reading its events. */
export interface StreamHead {
  readonly streamId: string;
  readonly app: string;
  readonly route: string;
  /** Principal id, or "" for anonymous (law 9). */
  readonly owner: string;
  /** Where its request id and its lists live (law 9). */
  readonly scope: string;
  readonly requestId?: string;
  /** Digest of the request's body, to tell a repetition from a conflict (law 8). */
  readonly digest?: string;
  /** How long it is kept after its end, milliseconds. */
  readonly retentionMs: number;
  readonly createdAt: number;
  readonly state: StreamState;
  readonly endedAt?: number;
  /** The seq at which each epoch began; `epochs.length` is the present epoch. */
  readonly epochs: readonly number[];
  /** Seq of the last stored event. */
  readonly seq: number;
  /** A cancel was asked for and the run has not ended yet. */
  readonly cancelRequested: boolean;
  /** Its events are no longer kept (S10). */
  readonly gone: boolean;
  /** Until when the writer of a running stream counts as alive, where the store goes by leases (S13). */
  readonly leaseUntil?: number;
}

/** A stream to be made; it begins with its `start` event at seq 0, epoch 1. */
export type NewStream = Pick<
  StreamHead,
  "streamId" | "app" | "route" | "owner" | "scope" | "requestId" | "digest" | "retentionMs" | "createdAt"
>;

export interface Opened {
  readonly head: StreamHead;
  /** False where the request was known already (S8). */
  readonly created: boolean;
  /** The request was cancelled before it came (S9). */
  readonly cancelled: boolean;
}

/** One stored event: its offset, its commit time (epoch milliseconds) and its JSON as it was appended. */
export interface StoredEvent extends Offset {
  readonly at: number;
  readonly json: string;
}

/** The next events of one stream, from one writer. */
export interface Append {
  readonly streamId: string;
  readonly epoch: number;
  /** Seq of the first event. */
  readonly seq: number;
  readonly at: number;
  /** Serialised events; none of them contains a line break. */
  readonly events: readonly string[];
  /** Set where the last event is terminal. */
  readonly end?: Exclude<StreamState, "running">;
}

export type Appended =
  /** `cancel`: somebody asked for the stream's cancel; told until the end, and without meaning on the last append. */
  | { readonly outcome: "stored"; readonly cancel: boolean }
  | { readonly outcome: "fenced" }
  /** Nothing was stored as far as is known; the same append may be tried again. */
  | { readonly outcome: "failed"; readonly error: Error };

export interface ListQuery {
  readonly app: string;
  readonly scope: string;
  readonly state?: "running" | "ended";
  /** From a former page's `nextCursor`. */
  readonly cursor?: string;
  readonly limit: number;
}

export interface HeadPage {
  /** Newest first by creation, among equals by id; a cursor that no list gave is `bad_request`. */
  readonly heads: readonly StreamHead[];
  readonly nextCursor?: string;
}

/** How long writers count as alive, for a process that looks after its own (S14). */
export interface Leases {
  /** From when a writer was last heard of, milliseconds. */
  readonly ms: number;
  /** The writer of this epoch lives; undefined where it is not the stream's writer any more. */
  renew(streamId: string, epoch: number, now: number): Promise<{ readonly cancel: boolean } | undefined>;
  /** The writer of this epoch gives the stream up: it counts as dead from `now` on. */
  release(streamId: string, epoch: number, now: number): Promise<void>;
}

export interface Store {
  /** Where the store goes by leases, and its processes renew them (S14). */
  readonly leases?: Leases;
  /** Makes the stream with its `start` event, or finds the one that this request already has (S8). */
  open(stream: NewStream, startJson: string): Promise<Opened>;
  /** Appends to many streams at once; outcomes in the order of the appends. Rejects only where all failed alike. */
  append(appends: readonly Append[]): Promise<readonly Appended[]>;
  /** The events after that offset, or from the first; at least one where there is one, about `maxBytes` at most (S7). */
  read(streamId: string, after: Offset | undefined, maxBytes: number): Promise<readonly StoredEvent[]>;
  head(streamId: string): Promise<StreamHead | undefined>;
  find(scope: string, requestId: string): Promise<StreamHead | undefined>;
  list(query: ListQuery): Promise<HeadPage>;
  /** Marks a running stream as to be cancelled; gives its head, undefined where there is none. */
  requestCancel(streamId: string): Promise<StreamHead | undefined>;
  /** Remembers a cancel for a request that is not here yet (S9). */
  rememberCancel(scope: string, requestId: string, until: number): Promise<void>;
  /** Ends the former writer's term and begins the caller's (S11). */
  takeover(
    streamId: string,
    fromEpoch: number,
    now?: number,
  ): Promise<{ readonly epoch: number; readonly seq: number } | undefined>;
  /** Running streams whose writer is known to be dead, or is so by its lease (S13). */
  abandoned(now: number): Promise<readonly StreamHead[]>;
  /** Removes the events of an ended stream; its head stays as `gone` until `forgetAt`. A running one is `conflict`. */
  erase(streamId: string, forgetAt: number): Promise<void>;
  /** Does what time asks for: erases what is past its retention, forgets what was erased `forgetAfterMs` ago. */
  sweep(now: number, forgetAfterMs: number): Promise<void>;
  /** Whether the store answers; rejects with the reason where not. */
  check(): Promise<void>;
  close(): Promise<void>;
}
