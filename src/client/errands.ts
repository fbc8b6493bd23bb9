import { SluiceError } from "../protocol/errors.ts";
import type { RunMessage, StreamReport } from "../protocol/frames.ts";
import { backoffMs } from "./backoff.ts";
import type { FollowedRun } from "./followed-run.ts";
import type { FrameRange } from "./frame-range.ts";
import type { Http } from "./http.ts";
import { putBack } from "./left-out.ts";
import type { Entry, Roster } from "./roster.ts";
import { type Timers, sleep } from "./timers.ts";

export interface ErrandParts {
  readonly http: Http;
  readonly roster: Roster;
  readonly timers: Timers;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** What is done for a run over HTTP, beside its connection. */
export class Errands {
  readonly #parts: ErrandParts;

  constructor(parts: ErrandParts) {
    this.#parts = parts;
  }

  /** Takes a frame whose text was too large for it: the text is in the stream's state. */
  async fetchText(run: FollowedRun, entry: Entry, range: FrameRange): Promise<void> {
    const report = await this.#report(run);
    entry.fetching = false;
    if (report === undefined) return;
    run.take(putBack(range, report, run.text));
    if (run.over) this.#parts.roster.settle(run);
    else this.#parts.roster.resume(run.streamId!);
  }

  /**
   * Nothing follows, as the server says. Where our place is the end, the state says the rest; else what is left is asked for.
   * Frames that were on their way may come meanwhile, and are taken.
   */
  async conclude(run: FollowedRun, entry: Entry): Promise<void> {
    if (entry.concluding) return;
    entry.concluding = true;
    const { roster } = this.#parts;
    const report = await this.#report(run);
    entry.concluding = false;
    if (report === undefined) return;
    if (report.state === "running" || report.offset !== run.offset) return roster.resume(run.streamId!);
    run.settle(report);
    roster.settle(run);
  }

  /** Sends the run's request; gives its stream's id, undefined where the run is over meanwhile. Rejects with its refusal. */
  post(run: FollowedRun, json: string): Promise<string | undefined> {
    return this.#insist(
      run,
      (http) => http.start(JSON.parse(json) as RunMessage, run.requestId!),
      (error) => error.code === "interrupted",
    );
  }

  /** Cancels once; false where the server does not know the request yet. */
  async cancel(run: FollowedRun): Promise<boolean> {
    const { http } = this.#parts;
    const streamId = run.streamId ?? (run.requestId === undefined ? undefined : await http.find(run.requestId));
    if (streamId === undefined) return false;
    await http.cancel(streamId);
    return true;
  }

  /** The stream's state, however long that takes; undefined where the run is over, or cannot be followed. */
  async #report(run: FollowedRun): Promise<StreamReport | undefined> {
    try {
      return await this.#insist(
        run,
        (http) => http.report(run.streamId!),
        (error) => error.retryable,
      );
    } catch (thrown) {
      this.#parts.roster.fail(run, thrown as SluiceError);
      return undefined;
    }
  }

  async #insist<T>(
    run: FollowedRun,
    task: (http: Http) => Promise<T>,
    passes: (error: SluiceError) => boolean,
  ): Promise<T | undefined> {
    const { http, timers, random } = this.#parts;
    for (let attempt = 1; !run.over; attempt += 1) {
      try {
        const got = await task(http);
        return run.over ? undefined : got;
      } catch (thrown) {
        if (thrown instanceof SluiceError && !passes(thrown)) throw thrown;
        await sleep(timers, backoffMs(attempt, random));
      }
    }
    return undefined;
  }
}
