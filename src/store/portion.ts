import { SluiceError } from "../protocol/errors.ts";
import type { StoredEvent } from "../store.ts";

/** What one read brings: the events right after a seq, without a hole, up to about `maxBytes` of JSON and at least one (S7). */
export class Portion {
  readonly events: StoredEvent[] = [];
  readonly #streamId: string;
  readonly #maxBytes: number;
  #next: number;
  #bytes = 0;

  constructor(streamId: string, after: number, maxBytes: number) {
    this.#streamId = streamId;
    this.#next = after + 1;
    this.#maxBytes = maxBytes;
  }

  /** Seq of the event that has to come next. */
  get next(): number {
    return this.#next;
  }

  /** Adds the next event; false where it has no room any more. Throws `stream_gone` for any other event than the next. */
  add(event: StoredEvent): boolean {
    if (event.seq !== this.#next) throw streamGone(this.#streamId);
    this.#bytes += event.json.length;
    if (this.#bytes > this.#maxBytes && this.events.length > 0) return false;
    this.events.push(event);
    this.#next += 1;
    return true;
  }

  /** Adds from `events`, whose first has the seq `first`; false where not all of them had room. */
  addFrom(events: readonly StoredEvent[], first: number): boolean {
    for (let index = Math.max(0, this.#next - first); index < events.length; index += 1) {
      if (!this.add(events[index]!)) return false;
    }
    return true;
  }
}

/** The stream cannot be read: its events are not kept any more, or it is not known at all. */
export function streamGone(streamId: string): SluiceError {
  return new SluiceError("stream_gone", `The events of stream "${streamId}" are no longer kept.`);
}
