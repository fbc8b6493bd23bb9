import { SluiceError, knownCode } from "../protocol/errors.ts";
import type { JsonObject } from "../protocol/json.ts";
import { backoffMs } from "./backoff.ts";
import type { Errands } from "./errands.ts";
import { type FollowedRun, asked } from "./followed-run.ts";
import type { Roster, RosterParts } from "./roster.ts";

/** Errors about a stream after which it cannot be followed. Others say that the server is in trouble with it. */
const FINAL = ["stream_gone", "not_found", "forbidden", "bad_request"];

/** Takes the frames that are no part of a stream: errors, and that nothing follows (PROTOCOL.md section 6.1). */
export class Answers {
  readonly #parts: RosterParts;
  readonly #roster: Roster;
  readonly #errands: Errands;

  constructor(parts: RosterParts, roster: Roster, errands: Errands) {
    this.#parts = parts;
    this.#roster = roster;
    this.#errands = errands;
  }

  take(frame: JsonObject): void {
    if (frame["type"] === "error") this.#error(frame);
    else if (typeof frame["streamId"] === "string") this.#ended(frame, frame["streamId"]);
  }

  #ended(frame: JsonObject, streamId: string): void {
    for (const [run, entry] of this.#roster.runs()) {
      if (asked(run, frame)) this.#roster.adopt(run, streamId);
      if (run.streamId !== streamId) continue;
      this.#roster.confirmed(entry);
      if (!entry.fetching) void this.#errands.conclude(run, entry);
    }
  }

  #error(frame: JsonObject): void {
    const { retryAfterMs, message, streamId } = frame;
    const error = new SluiceError(knownCode(frame["code"]) ?? "internal", String(message), {
      ...(typeof retryAfterMs === "number" && { retryAfterMs }),
    });
    for (const [run] of this.#roster.runs()) {
      if (!asked(run, frame)) continue;
      // The server is going down and has started nothing: the same request finds another, or the next.
      if (error.code === "interrupted") this.#later(error, 1, () => this.#requestAgain(run));
      else this.#roster.fail(run, error);
      return;
    }
    if (typeof streamId === "string") this.#trouble(streamId, error);
  }

  #trouble(streamId: string, error: SluiceError): void {
    let times = 0;
    for (const [run, entry] of this.#roster.runs()) {
      if (run.streamId !== streamId) continue;
      if (FINAL.includes(error.code)) this.#roster.fail(run, error);
      else times = entry.troubles += 1;
    }
    // The server may have stopped following: asking again is harmless where it has not.
    if (times > 0) this.#later(error, times, () => this.#roster.resume(streamId));
  }

  #later(error: SluiceError, attempt: number, callback: () => void): void {
    const { timers, random } = this.#parts;
    timers.after(error.retryAfterMs ?? backoffMs(attempt, random), callback);
  }

  #requestAgain(run: FollowedRun): void {
    if (run.streamId === undefined && this.#parts.connection.open) this.#roster.request(run);
  }
}
