import type { Event, StreamState } from "sluice/protocol";
import { checkTokens } from "sluice/testing";
import { type WireFrame, placeOf } from "../../test/end-to-end/support/frames.ts";

/** How many tokens of a stream went wrong, and how. */
export interface Damage {
  lost: number;
  doubled: number;
  reordered: number;
}

/** One viewer's view of one stream, over all its connections, in either dialect. */
export class Reading {
  text = "";
  /** Resolves when the stream's id is known. */
  readonly known: Promise<void>;
  /** Of the last frame; undefined before the first. */
  offset: string | undefined;
  /** How the stream ended; undefined as long as the viewer knows of no end. */
  end: StreamState | undefined;
  frames = 0;
  /** What no stream may show. */
  readonly problems: string[] = [];
  #seq = -1;
  #streamId: string | undefined;
  readonly #learned: () => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.known = promise;
    this.#learned = resolve;
  }

  get streamId(): string | undefined {
    return this.#streamId;
  }

  learn(streamId: string): void {
    if (this.#streamId !== undefined && streamId !== this.#streamId) this.problems.push("got another stream's frame");
    this.#streamId = streamId;
    this.#learned();
  }

  take(frame: WireFrame): void {
    this.frames += 1;
    if (frame.type === "ended") {
      this.end = frame["state"] as StreamState;
      return;
    }
    if (frame.offset === undefined) {
      this.problems.push(`was told ${JSON.stringify(frame)}`);
      return;
    }
    this.learn(frame.streamId!);
    this.#advance(frame);
    this.offset = frame.offset;
    this.#show(frame);
  }

  /** Holds the text against the oracle: all `count` tokens, or the first ones where it was cancelled. */
  damage(count: number): Damage {
    const { lost, doubled, reordered, foreign } = checkTokens(this.text, this.end === "complete" ? count : undefined);
    if (foreign.length > 0) this.problems.push(`shows what no token is: ${JSON.stringify(foreign.slice(0, 3))}`);
    return { lost: lost.length, doubled: doubled.length, reordered: reordered.length };
  }

  #advance(frame: WireFrame): void {
    const { seq } = placeOf(frame);
    const first = frame["first"] === undefined ? seq : placeOf({ offset: frame["first"] as string }).seq;
    const dense = frame.type !== "events" || first === this.#seq + 1;
    if (first <= this.#seq || !dense) this.problems.push(`got ${first} to ${seq} after ${this.#seq}`);
    this.#seq = seq;
  }

  #show(frame: WireFrame): void {
    if (frame.type === "stream_chunk") this.text += frame["content"] as string;
    else if (frame.type === "events") for (const event of frame["events"] as Event[]) this.#event(event, frame);
    else if (frame.type === "stream_complete") this.#complete(frame["fullContent"] as string, frame);
    else if (frame.type === "cancelled") this.#cancelled(frame["partialLength"] as number);
    else if (frame.type !== "start") this.problems.push(`was told ${JSON.stringify(frame)}`);
  }

  #event(event: Event, frame: WireFrame): void {
    if (event.type === "text-delta") this.text += event.text;
    else if (event.type === "complete") this.#complete(event.text, frame);
    else this.problems.push(`was told ${JSON.stringify(event)}`);
  }

  #complete(whole: string, frame: WireFrame): void {
    this.end = "complete";
    // A frame that would be too long names the place of the text instead.
    if (whole !== this.text && frame["href"] === undefined)
      this.problems.push("ended with another text than it showed");
  }

  #cancelled(partialLength: number): void {
    this.end = "cancelled";
    if (partialLength !== this.text.length) {
      this.problems.push(`was cancelled after ${partialLength} units of text, and showed ${this.text.length}`);
    }
  }
}
