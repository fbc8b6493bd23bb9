import type { SluiceError } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { Answers } from "./answers.ts";
import type { Connection } from "./connection.ts";
import type { FollowedRun } from "./followed-run.ts";
import type { Errands } from "./errands.ts";
import type { Timers } from "./timers.ts";

export interface RosterParts {
  readonly connection: Connection;
  readonly errands: () => Promise<Errands>;
  readonly answers: () => Promise<Answers>;
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What is under way for one run, beside what its viewer sees. */
export interface Entry {
  /** Its request may have reached the server. */
  sent: boolean;
  /** Its request goes over HTTP. */
  posting: boolean;
  /** Its cancel was asked for and not yet confirmed. */
  cancelling?: PromiseWithResolvers<void>;
  /** The ping after its last resume; until that is answered, frames out of line are those of before the resume. */
  resumePing: number;
  /** The time limit for that, once it is proved that events are missing. */
  stopWaiting?: (() => void) | undefined;
  /** A text that was left out is being fetched; frames that come meanwhile are asked for again. */
  fetching: boolean;
  /** The server has said that the stream has ended, and its state is being fetched. */
  concluding: boolean;
  /** How often in a row the server had trouble with its stream. */
  troubles: number;
  /** It was asked for again on this connection: frames that come twice are our own doing. */
  repeats?: boolean | undefined;
}

/** Largest message on the WebSocket, UTF-8 bytes; as on API Gateway. */
const MAX_MESSAGE_BYTES = 32 * 1024;

/** The unfinished runs of a client, and everything that is sent for them. */
export class Roster {
  readonly #parts: RosterParts;
  readonly #entries = new Map<FollowedRun, Entry>();
  /** Streams that the present connection was asked for. */
  readonly #followed = new Set<string>();

  constructor(parts: RosterParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The runs as they are now: listeners may begin others meanwhile. */
  runs(): [FollowedRun, Entry][] {
    return [...this.#entries];
  }

  /** Whether anybody here reads this stream. */
  reads(streamId: string): boolean {
    for (const run of this.#entries.keys()) if (run.streamId === streamId) return true;
    return false;
  }

  /** The unfinished run of this request. */
  byRequest(requestId: string): FollowedRun | undefined {
    for (const run of this.#entries.keys()) if (run.requestId === requestId) return run;
    return undefined;
  }

  /** Takes a run in, and asks for it as soon as there is a connection. */
  begin(run: FollowedRun): void {
    const entry: Entry = {
      sent: false,
      posting: false,
      resumePing: 0,
      fetching: false,
      concluding: false,
      troubles: 0,
    };
    this.#entries.set(run, entry);
    if ("json" in run.origin && isLarge(run.origin.json)) void this.#post(run, entry, run.origin.json);
    if (!this.#parts.connection.open) this.#parts.connection.need();
    else if (run.streamId === undefined) this.request(run);
    else this.resume(run.streamId);
  }

  /** Forgets a run that is over. */
  settle(run: FollowedRun): void {
    const entry = this.#entries.get(run);
    entry?.stopWaiting?.();
    entry?.cancelling?.resolve();
    this.#entries.delete(run);
  }

  /** Ends a run that cannot be followed to its end. */
  fail(run: FollowedRun, error: SluiceError): void {
    run.fail(error);
    this.settle(run);
  }

  /** A new connection: everything unfinished is asked for again (laws 3 and 8). */
  opened(): void {
    this.#followed.clear();
    const streams = new Set<string>();
    for (const run of this.#entries.keys()) {
      if (run.streamId === undefined) this.request(run);
      else streams.add(run.streamId);
    }
    for (const streamId of streams) this.#resume(streamId);
    this.#parts.connection.ping();
  }

  lost(): void {
    for (const [run, entry] of this.runs()) {
      entry.resumePing = 0;
      entry.repeats = undefined;
      entry.stopWaiting?.();
      entry.stopWaiting = undefined;
      run.disconnected();
      if (entry.cancelling !== undefined) this.#cancelOverHttp(run).catch(() => {});
    }
  }

  /** No connection will come: nothing can be followed. */
  failed(error: SluiceError): void {
    for (const [run] of this.runs()) {
      run.fail(error, true);
      this.settle(run);
    }
  }

  /** Sends a request whose stream is not known yet; the same one as before, so that it is one run (law 8). */
  request(run: FollowedRun): void {
    const entry = this.#entries.get(run);
    if (entry === undefined || !("json" in run.origin)) return;
    if (entry.cancelling !== undefined) this.#send({ action: "cancel", requestId: run.origin.requestId });
    if (!entry.posting) entry.sent = this.#parts.connection.send(run.origin.json) || entry.sent;
  }

  /** Asks for a stream from the earliest place that one of its runs is at. */
  resume(streamId: string): void {
    this.#resume(streamId);
    this.#parts.connection.ping();
  }

  #resume(streamId: string): void {
    if (!this.#parts.connection.open) return;
    let earliest: FollowedRun | undefined;
    let cancelling = false;
    for (const [run, entry] of this.#entries) {
      if (run.streamId !== streamId) continue;
      if (this.#followed.has(streamId)) {
        entry.resumePing = this.#parts.connection.pings + 1;
        entry.repeats = true;
      }
      if (entry.cancelling !== undefined) cancelling = true;
      if (earliest === undefined || placeOf(run) < placeOf(earliest)) earliest = run;
    }
    if (earliest === undefined) return;
    this.#followed.add(streamId);
    const { offset } = earliest;
    this.#send({ action: "resume", streamId, ...(offset !== undefined && { offset }) });
    if (cancelling) this.#send({ action: "cancel", streamId });
  }

  /** The server has told which stream a request became. */
  adopt(run: FollowedRun, streamId: string): void {
    run.adopt(streamId);
    this.#followed.add(streamId);
  }

  cancel(run: FollowedRun): Promise<void> {
    const entry = this.#entries.get(run);
    if (entry === undefined) return run.ended ? Promise.resolve() : this.#cancelOverHttp(run);
    if (entry.cancelling !== undefined) return entry.cancelling.promise;
    if (run.streamId === undefined && !entry.sent) {
      run.cancelUnsent();
      this.settle(run);
      return Promise.resolve();
    }
    entry.cancelling = Promise.withResolvers();
    entry.cancelling.promise.catch(() => {});
    const { streamId, requestId } = run;
    if (!this.#send({ action: "cancel", ...(streamId === undefined ? { requestId } : { streamId }) })) {
      this.#cancelOverHttp(run).catch(() => {});
    }
    return entry.cancelling.promise;
  }

  /** The server has taken the cancel, or has nothing to cancel: it is asked for no more. */
  confirmed(entry: Entry | undefined): void {
    entry?.cancelling?.resolve();
    delete entry?.cancelling;
  }

  /** The viewer has left. A cancel that it asked for still has to arrive. */
  detach(run: FollowedRun): void {
    const entry = this.#entries.get(run);
    const cancelling = entry?.cancelling;
    delete entry?.cancelling;
    this.settle(run);
    if (cancelling !== undefined) this.#cancelOverHttp(run).then(cancelling.resolve, cancelling.reject);
  }

  /** Without a connection. Where the server does not know the request yet, the next connection's cancel meets it. */
  async #cancelOverHttp(run: FollowedRun): Promise<void> {
    const errands = await this.#parts.errands();
    if (await errands.cancel(run)) this.confirmed(this.#entries.get(run));
  }

  async #post(run: FollowedRun, entry: Entry, json: string): Promise<void> {
    entry.sent = true;
    entry.posting = true;
    try {
      const streamId = await (await this.#parts.errands()).post(run, json);
      if (streamId === undefined || run.streamId !== undefined) return;
      run.adopt(streamId);
      this.resume(streamId);
    } catch (thrown) {
      this.fail(run, thrown as SluiceError);
    }
  }

  #send(message: JsonObject): boolean {
    return this.#parts.connection.send(JSON.stringify(message));
  }
}

function placeOf(run: FollowedRun): number {
  return run.place?.seq ?? -1;
}

function isLarge(json: string): boolean {
  return json.length > MAX_MESSAGE_BYTES / 3 && new TextEncoder().encode(json).length > MAX_MESSAGE_BYTES;
}
