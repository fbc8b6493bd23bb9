import { entriesOf } from "./entries.ts";
import type { Intake } from "./intake.ts";
import type { Caller } from "./principal.ts";
import { SluiceError } from "./protocol/errors.ts";
import { type Event, type StartEvent, isTerminal } from "./protocol/events.ts";
import type { StreamItem, StreamReport } from "./protocol/frames.ts";
import { type Offset, epochOf, formatOffset, isValidOffset, parseOffset } from "./protocol/offset.ts";
import type { Runs } from "./runs.ts";
import type { Services } from "./services.ts";
import type { StoredEvent, StreamHead } from "./store.ts";
import { Stream } from "./stream.ts";
import type { Views } from "./views.ts";

/** What may be asked about streams. Every question checks first that the stream is the caller's (law 9). */
export class Catalog {
  readonly #services: Services;
  readonly #runs: Runs;
  readonly #intake: Intake;
  readonly #views: Views;

  constructor(services: Services, runs: Runs, intake: Intake, views: Views) {
    this.#services = services;
    this.#runs = runs;
    this.#intake = intake;
    this.#views = views;
  }

  /** The caller's stream: `not_found` where there is none or it is another's, `stream_gone` where its events are. */
  async owned(caller: Caller, streamId: string): Promise<StreamHead> {
    return this.#kept(streamId, ({ app, owner }) => app === caller.app && owner === caller.owner);
  }

  /** The same whoever owns it: for an operator's eyes only. */
  async any(app: string, streamId: string): Promise<StreamHead> {
    return this.#kept(streamId, (head) => head.app === app);
  }

  async #kept(streamId: string, isMeant: (head: StreamHead) => boolean): Promise<StreamHead> {
    const head = await this.#services.store.head(streamId);
    if (head === undefined || !isMeant(head)) throw new SluiceError("not_found", "There is no such stream.");
    if (head.gone) throw new SluiceError("stream_gone", "The stream is no longer kept.");
    return this.#services.alive(head);
  }

  /** Where a reader at `offset` goes on; undefined without one. An offset that the stream never gave is `stream_gone`. */
  place(head: StreamHead, offset: string | undefined): Offset | undefined {
    if (offset === undefined || offset === "") return undefined;
    const place = parseOffset(offset);
    if (place === undefined) throw new SluiceError("bad_request", '"offset" must look like "1-42".');
    // The run here may have written more since the head was read; or another, elsewhere, since this one lost its stream.
    const live = this.#runs.stream(head.streamId);
    const isValid = [head, live].some((known) => known && isValidOffset(place, known.epochs, known.seq));
    if (!isValid) throw new SluiceError("stream_gone", "The stream cannot be continued from this offset.");
    return place;
  }

  /** The stream as this process follows it: the one that a run here writes, or a view of the store. */
  async stream(head: StreamHead): Promise<Stream> {
    const live = this.#runs.stream(head.streamId);
    // Its run does not know yet that another has taken it over.
    if (live !== undefined && live.epochs.length < head.epochs.length) this.#runs.heard(head.streamId);
    const known = live ?? this.#views.get(head.streamId);
    if (known !== undefined) return known;
    const [first] = await this.#services.store.read(head.streamId, undefined, 1);
    const start = JSON.parse(first!.json) as StartEvent;
    const fresh = (await this.#services.store.head(head.streamId)) ?? head;
    // A run that begins here meanwhile has taken whatever view there was.
    const begun = this.#runs.stream(head.streamId);
    if (begun !== undefined) return begun;
    return this.#views.keep(new Stream(fresh, start, this.#services.store, this.#services.limits));
  }

  /** Waits until a stream has ended; gives its head then, undefined where there is none. */
  async ended(streamId: string): Promise<StreamHead | undefined> {
    await this.#runs.get(streamId)?.done;
    return this.#views.ended(streamId);
  }

  async describe(head: StreamHead): Promise<StreamReport> {
    const entries: StoredEvent[] = [];
    for await (const entry of entriesOf(this.#services, head.streamId)) entries.push(entry);
    const events = entries.map((entry) => JSON.parse(entry.json) as Event);
    const { epoch, seq, at } = entries.at(-1)!;
    const last = events.at(-1)!;
    const ended = isTerminal(last);
    return {
      streamId: head.streamId,
      route: head.route,
      state: ended ? last.type : "running",
      offset: formatOffset(epoch, seq),
      createdAt: isoTime(head.createdAt),
      ...(ended && { endedAt: isoTime(at) }),
      text: last.type === "complete" ? last.text : textOf(events),
      ...(last.type === "complete" && last.result !== undefined && { result: last.result }),
      ...(last.type === "error" && {
        error: { code: last.code, message: last.message, retryable: last.retryable },
      }),
      ...(ended && last.usage !== undefined && { usage: last.usage }),
    };
  }

  async list(
    caller: Caller,
    query: { state?: string | undefined; cursor?: string | undefined },
  ): Promise<{ items: StreamItem[]; nextCursor?: string }> {
    const cursor = query.cursor;
    const state = query.state === "" ? undefined : query.state;
    if (state !== undefined && state !== "running" && state !== "ended") {
      throw new SluiceError("bad_request", '"state" must be "running" or "ended".');
    }
    const page = await this.#services.store.list({
      app: caller.app,
      scope: caller.scope,
      limit: this.#services.limits.pageSize,
      ...(state !== undefined && { state }),
      ...(cursor !== undefined && cursor !== "" && { cursor }),
    });
    return {
      items: page.heads.map(itemOf),
      ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
    };
  }

  /** Cancels a stream (law 6); gives its head as it was. An ended one stays as it is. */
  async cancel(caller: Caller, streamId: string, connectionId?: string): Promise<StreamHead> {
    const head = await this.owned(caller, streamId);
    if (head.state !== "running") return head;
    await this.#runs.cancel(streamId, connectionId);
    return head;
  }

  /** Cancels by request id, even before the run has begun (law 6); undefined where the request is not known yet. */
  async cancelRequest(caller: Caller, requestId: string, connectionId?: string): Promise<StreamHead | undefined> {
    const { store, clock, limits } = this.#services;
    let head = await store.find(caller.scope, requestId);
    if (head === undefined) {
      if (this.#intake.earlyCancels.full)
        throw new SluiceError("rate_limited", "Too many cancels of unknown requests.");
      await store.rememberCancel(caller.scope, requestId, clock.now() + limits.earlyCancelMs);
      head = await store.find(caller.scope, requestId);
    }
    return head === undefined ? undefined : this.cancel(caller, head.streamId, connectionId);
  }

  /** Removes a stream and its events; one that runs is cancelled first. */
  async erase(caller: Caller, streamId: string): Promise<void> {
    const head = await this.cancel(caller, streamId);
    const { store, clock, limits } = this.#services;
    if (head.state === "running") await this.#endOf(streamId);
    await store.erase(streamId, clock.now() + limits.forgetMs);
  }

  /** Waits for a cancelled run's end to be stored; a store that takes nothing for so long is an error. */
  async #endOf(streamId: string): Promise<void> {
    const { clock, limits } = this.#services;
    const late = Promise.withResolvers<never>();
    const stop = clock.after(limits.graceMs, () =>
      late.reject(new SluiceError("internal", "The store takes nothing.")),
    );
    await Promise.race([this.ended(streamId), late.promise]);
    stop();
  }
}

function itemOf(head: StreamHead): StreamItem {
  return {
    streamId: head.streamId,
    route: head.route,
    state: head.state,
    offset: offsetOf(head),
    ...(head.requestId !== undefined && { requestId: head.requestId }),
    createdAt: isoTime(head.createdAt),
    ...(head.endedAt !== undefined && { endedAt: isoTime(head.endedAt) }),
  };
}

function offsetOf(head: StreamHead): string {
  return formatOffset(epochOf(head.epochs, head.seq), head.seq);
}

function textOf(events: readonly Event[]): string {
  return events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
