import type { Event, StreamState, TerminalEvent } from "../../src/protocol/events.ts";
import type { StreamReport } from "../../src/protocol/frames.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { epochOf, formatOffset, parseOffset } from "../../src/protocol/offset.ts";
import { isTerminal } from "../../src/protocol/events.ts";

/** A stream as a server holds it: every event, and the seqs at which its writers began. */
export class ModelStream {
  readonly id: string;
  readonly requestId: string;
  readonly events: Event[];
  readonly epochs: number[] = [0];
  gone = false;
  /** How a frame with nothing but the end is sent: whole, with its text left out, or with its event left out. */
  large: "whole" | "emptied" | "left out" = "whole";

  constructor(id: string, requestId: string) {
    this.id = id;
    this.requestId = requestId;
    this.events = [{ type: "start", route: "ask", requestId }];
  }

  get state(): StreamState {
    const last = this.events.at(-1)!;
    return isTerminal(last) ? last.type : "running";
  }

  get text(): string {
    return this.events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  }

  append(...events: readonly Event[]): void {
    if (this.state === "running") this.events.push(...events);
  }

  end(state: TerminalEvent["type"]): void {
    const { text } = this;
    if (state === "complete") this.append({ type: "complete", text, result: { length: text.length } });
    else if (state === "cancelled") this.append({ type: "cancelled", partialLength: text.length });
    else this.append({ type: "error", code: "upstream_error", message: "the model failed", retryable: true });
  }

  /** Another writer goes on with it. */
  takeOver(): void {
    if (this.state === "running" && this.epochs.at(-1) !== this.events.length) this.epochs.push(this.events.length);
  }

  /** Whether this is the place of its last event. */
  isEnd(offset: unknown): boolean {
    return this.state !== "running" && offset === this.offsetOf(this.events.length - 1);
  }

  offsetOf(seq: number): string {
    return formatOffset(epochOf(this.epochs, seq), seq);
  }

  /** The seq right after this offset; undefined where the stream cannot be continued there. */
  after(offset: string | undefined): number | undefined {
    if (offset === undefined) return 0;
    const place = parseOffset(offset);
    const valid = place !== undefined && place.seq < this.events.length && this.offsetOf(place.seq) === offset;
    return valid ? place.seq + 1 : undefined;
  }

  /** Native frames of the events from one seq to before another, so many events in each; merged where the writer allows. */
  frames(from: number, to: number, most: number, merged: boolean): JsonObject[] {
    const frames: JsonObject[] = [];
    for (let first = from; first < to;) {
      let last = first;
      while (last + 1 < to && last - first + 1 < most && !this.#alone(first) && !this.#alone(last + 1)) last += 1;
      frames.push(this.#frame(first, last, merged));
      first = last + 1;
    }
    return frames;
  }

  report(): StreamReport {
    const last = this.events.at(-1)!;
    return {
      streamId: this.id,
      route: "ask",
      state: this.state,
      offset: this.offsetOf(this.events.length - 1),
      createdAt: "2026-01-01T00:00:00.000Z",
      text: this.text,
      ...(last.type === "complete" && last.result !== undefined && { result: last.result }),
      ...(last.type === "error" && { error: last }),
    };
  }

  #frame(first: number, last: number, merged: boolean): JsonObject {
    const common = { streamId: this.id, offset: this.offsetOf(last), requestId: this.requestId };
    if (this.#alone(first)) return { ...this.events[first]!, ...common } as unknown as JsonObject;
    const events: Event[] = [];
    for (let seq = first; seq <= last; seq += 1) {
      const [event, before] = [this.events[seq]!, events.at(-1)];
      const joins =
        merged && event.type === "text-delta" && before?.type === "text-delta" && !this.epochs.includes(seq);
      if (joins) events[events.length - 1] = { ...before, text: before.text + event.text };
      else events.push(event);
    }
    const frame = { type: "events", first: this.offsetOf(first), at: 1, ...common };
    if (this.large === "whole" || events.length > 1 || events[0]?.type !== "complete")
      return { ...frame, events } as unknown as JsonObject;
    const left = this.large === "emptied" ? [{ ...events[0], text: "" }] : [];
    return { ...frame, href: `/app/streams/${this.id}`, events: left } as unknown as JsonObject;
  }

  /** `start` and `cancelled` are frames of their own. */
  #alone(seq: number): boolean {
    const { type } = this.events[seq]!;
    return type === "start" || type === "cancelled";
  }
}
