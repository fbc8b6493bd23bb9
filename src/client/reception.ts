import type { JsonObject } from "../protocol/json.ts";
import { type FollowedRun, asked } from "./followed-run.ts";
import { type FrameRange, type Verdict, endsAt, judge, leavesOut, partAfter, rangeOf } from "./frame-range.ts";
import type { Entry, Roster, RosterParts } from "./roster.ts";

/** What the client has seen go wrong, and put right. */
export interface ClientStats {
  /** Frames that came before those that they follow. */
  gaps: number;
  /** Frames that came again unasked; their events were not applied twice. */
  duplicates: number;
  /** Connections after the first. */
  reconnects: number;
}

const GAP_MS = 10_000;

/** Takes the server's frames, and gives each run its events: once, in order, without a hole (law 3). */
export class Reception {
  readonly #parts: RosterParts;
  readonly #roster: Roster;
  readonly #stats: ClientStats;

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
      case "ended":
        return void this.#parts.answers().then((answers) => answers.take(frame));
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
    const verdicts = new Map<FollowedRun, Verdict | "merged">();
    const lacking: [FollowedRun, Entry][] = [];
    let shared = false;
    let repeats: boolean | undefined;
    for (const [run, entry] of this.#roster.runs()) {
      if (asked(run, frame)) {
        this.#roster.adopt(run, streamId);
        shared = isStart;
      }
      if (run.streamId !== streamId || entry.fetching || run.over) continue;
      repeats ||= entry.repeats;
      const verdict = this.#offer(run, entry, range);
      verdicts.set(run, verdict);
      if (verdict === "gap" || verdict === "merged") lacking.push([run, entry]);
    }
    // Once all have taken theirs: the stream is asked for from the earliest place of them all.
    for (const [run, entry] of lacking) this.#askAgain(run, entry);
    const isNew = [...verdicts.values()].some((verdict) => verdict === "next" || verdict === "gap");
    if (!isNew && verdicts.size > 0 && !isStart && !repeats) {
      this.#stats.duplicates += 1;
      for (const run of verdicts.keys()) run.strayed(0);
    }
    // The request met a stream that another run here follows: the server tells its start only (law 8).
    if (shared && verdicts.size > 1) this.#roster.resume(streamId);
  }

  /** `merged`: it overlaps, and cannot be taken in part. */
  #offer(run: FollowedRun, entry: Entry, range: FrameRange): Verdict | "merged" {
    const verdict = judge(range, run.place);
    if (verdict === "next") this.#take(run, entry, range);
    else if (verdict === "overlap") {
      const part = partAfter(range, run.place!);
      if (part === undefined) return "merged";
      this.#take(run, entry, part);
    } else if (verdict === "gap") {
      if (!this.#isAwaiting(entry)) {
        this.#stats.gaps += 1;
        run.strayed(Math.max(1, range.first.seq - (run.place?.seq ?? -1) - 1));
      }
    } else if (endsAt(range, run.place)) void this.#parts.errands().then((errands) => errands.conclude(run, entry));
    return verdict;
  }

  #take(run: FollowedRun, entry: Entry, range: FrameRange): void {
    entry.resumePing = 0;
    entry.stopWaiting?.();
    entry.stopWaiting = undefined;
    entry.troubles = 0;
    if (leavesOut(range)) return void this.#fetchText(run, entry, range);
    run.take(range);
    if (run.over) this.#roster.settle(run);
  }

  /** Events are missing: one resume, and where that brings nothing, a new connection. */
  #askAgain(run: FollowedRun, entry: Entry): void {
    if (!this.#isAwaiting(entry)) this.#roster.resume(run.streamId!);
    entry.stopWaiting ??= this.#parts.timers.after(GAP_MS, () => this.#parts.connection.drop("events are missing"));
  }

  async #fetchText(run: FollowedRun, entry: Entry, range: FrameRange): Promise<void> {
    entry.fetching = true;
    await (await this.#parts.errands()).fetchText(run, entry, range);
  }

  /** Whether frames may still come that were sent before the last resume. */
  #isAwaiting(entry: Entry): boolean {
    return entry.resumePing > this.#parts.connection.pongs;
  }
}
