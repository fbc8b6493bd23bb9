import { SluiceError, knownCode } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import { backoffMs } from "./backoff.ts";
import type { FollowedRun } from "./followed-run.ts";
import { type FrameRange, type Verdict, endsAt, judge, leavesOut, partAfter, rangeOf } from "./frame-range.ts";
import type { Entry, Roster, RosterParts } from "./roster.ts";

/** What the client has seen go wrong, and put right. */
export interface ClientStats {
  /** Frames that came before those that they follow. */
  gaps: number;
  /** Frames that came again; their events were not applied twice. */
  duplicates: number;
  /** Connections after the first. */
  reconnects: number;
}

/** Errors about a stream after which it cannot be followed. Others say that the server is in trouble with it. */
const FINAL = ["stream_gone", "not_found", "forbidden", "bad_request"];
const GAP_MS = 10_000;

/** Takes the server's frames, and gives each run its events: once, in order, without a hole (law 3). */
export class Reception {
  readonly #parts: RosterParts;
  readonly #roster: Roster;
  readonly #stats: ClientStats;
  /** How often in a row the server had trouble with a stream. */
  readonly #troubles = new Map<string, number>();

  constructor(parts: RosterParts, roster: Roster, stats: ClientStats) {
    this.#parts = parts;
    this.#roster = roster;
    this.#stats = stats;
  }

  receive(frame: JsonObject): void {
    switch (frame["type"]) {
      case "pong":
        return this.#pong();
      case "error":
        return this.#error(frame);
      case "ended":
        return this.#ended(frame);
      default: {
        const range = rangeOf(frame);
        if (range !== undefined && typeof frame["streamId"] === "string")
          this.#deliver(frame, frame["streamId"], range);
      }
    }
  }

  /** Messages are answered in order: what was asked for before the ping is followed now. */
  #pong(): void {
    for (const [run, entry] of this.#roster.runs()) {
      if (run.streamId === undefined || this.#isAwaiting(entry)) continue;
      entry.resumePing = 0;
      run.caughtUp();
    }
  }

  #deliver(frame: JsonObject, streamId: string, range: FrameRange): void {
    const isStart = frame["type"] === "start";
    const verdicts = new Map<FollowedRun, Verdict>();
    let shared = false;
    for (const [run, entry] of this.#roster.runs()) {
      if (this.#isRequested(run, frame)) {
        this.#roster.adopt(run, streamId);
        shared = isStart;
      }
      if (run.streamId !== streamId || entry.fetching || run.over) continue;
      verdicts.set(run, this.#offer(run, entry, range));
    }
    const isOld = [...verdicts.values()].every((verdict) => verdict === "before" || verdict === "overlap");
    if (isOld && verdicts.size > 0 && !isStart) {
      this.#stats.duplicates += 1;
      for (const run of verdicts.keys()) run.strayed(0);
    }
    // The request met a stream that another run here follows: the server tells its start only (law 8).
    if (shared && verdicts.size > 1) this.#roster.resume(streamId);
  }

  #offer(run: FollowedRun, entry: Entry, range: FrameRange): Verdict {
    const verdict = judge(range, run.place);
    if (verdict === "next") this.#take(run, entry, range);
    else if (verdict === "overlap") {
      const part = partAfter(range, run.place!);
      if (part !== undefined) this.#take(run, entry, part);
      else this.#askAgain(run, entry);
    } else if (verdict === "gap") {
      if (!this.#isAwaiting(entry)) {
        this.#stats.gaps += 1;
        run.strayed(Math.max(1, range.first.seq - (run.place?.seq ?? -1) - 1));
      }
      this.#askAgain(run, entry);
    } else if (endsAt(range, run.place)) void this.#conclude(run, entry);
    return verdict;
  }

  #take(run: FollowedRun, entry: Entry, range: FrameRange): void {
    entry.resumePing = 0;
    entry.stopWaiting?.();
    entry.stopWaiting = undefined;
    this.#troubles.delete(run.streamId!);
    if (leavesOut(range)) return void this.#fetchText(run, entry, range);
    run.take(range);
    if (run.over) this.#roster.settle(run);
  }

  /** Events are missing: one resume, and where that brings nothing, a new connection. */
  #askAgain(run: FollowedRun, entry: Entry): void {
    if (!this.#isAwaiting(entry)) this.#roster.resume(run.streamId!);
    entry.stopWaiting ??= this.#parts.timers.after(GAP_MS, () => this.#parts.connection.drop("events are missing"));
  }

  #ended(frame: JsonObject): void {
    const { streamId } = frame;
    if (typeof streamId !== "string") return;
    for (const [run, entry] of this.#roster.runs()) {
      if (this.#isRequested(run, frame)) this.#roster.adopt(run, streamId);
      if (run.streamId !== streamId) continue;
      this.#roster.confirmed(entry);
      if (!entry.fetching) void this.#conclude(run, entry);
    }
  }

  async #conclude(run: FollowedRun, entry: Entry): Promise<void> {
    if (entry.concluding) return;
    entry.concluding = true;
    await (await this.#parts.errands()).conclude(run, entry);
  }

  async #fetchText(run: FollowedRun, entry: Entry, range: FrameRange): Promise<void> {
    entry.fetching = true;
    await (await this.#parts.errands()).fetchText(run, entry, range);
  }

  #error(frame: JsonObject): void {
    const { retryAfterMs, message } = frame;
    const error = new SluiceError(knownCode(frame["code"]) ?? "internal", String(message), {
      ...(typeof retryAfterMs === "number" && { retryAfterMs }),
    });
    for (const [run] of this.#roster.runs()) {
      if (!this.#isRequested(run, frame)) continue;
      // The server is going down and has started nothing: the same request finds another, or the next.
      if (error.code === "interrupted") this.#later(error, 1, () => this.#requestAgain(run));
      else this.#roster.fail(run, error);
      return;
    }
    if (typeof frame["streamId"] === "string") this.#trouble(frame["streamId"], error);
  }

  #trouble(streamId: string, error: SluiceError): void {
    if (!FINAL.includes(error.code)) {
      // The server may have stopped following: asking again is harmless where it has not.
      const times = (this.#troubles.get(streamId) ?? 0) + 1;
      this.#troubles.set(streamId, times);
      return this.#later(error, times, () => this.#roster.resume(streamId));
    }
    for (const [run] of this.#roster.runs()) if (run.streamId === streamId) this.#roster.fail(run, error);
  }

  #later(error: SluiceError, attempt: number, callback: () => void): void {
    const { timers, random } = this.#parts;
    timers.after(error.retryAfterMs ?? backoffMs(attempt, random), callback);
  }

  #requestAgain(run: FollowedRun): void {
    if (run.streamId === undefined && this.#parts.connection.open) this.#roster.request(run);
  }

  /** Whether frames may still come that were sent before the last resume. */
  #isAwaiting(entry: Entry): boolean {
    return entry.resumePing > this.#parts.connection.pongs;
  }

  /** Whether this frame answers the run's own request. */
  #isRequested(run: FollowedRun, frame: JsonObject): boolean {
    return run.streamId === undefined && run.requestId !== undefined && run.requestId === frame["requestId"];
  }
}
