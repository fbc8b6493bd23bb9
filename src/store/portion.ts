import { SluiceError } from "../protocol/errors.ts";
import { type Offset, epochOf, isValidOffset } from "../protocol/offset.ts";
import type { StoredEvent, StreamHead } from "../store.ts";

/** A stored event as a stream's log keeps it: the epoch follows from the seq. */
export type LoggedEvent = Omit<StoredEvent, "epoch">;

/** What one read brings: the events right after an offset, without a hole, up to about `maxBytes` of JSON and at least one (S7). */
export class Portion {
  readonly events: StoredEvent[] = [];
  readonly #head: StreamHead;
  readonly #maxBytes: number;
  #next: number;
  #bytes = 0;

  /** Throws `stream_gone` where the stream is gone, or `after` is no offset of it (law 4). */
  constructor(head: StreamHead, after: Offset | undefined, maxBytes: number) {
    if (head.gone || (after !== undefined && !isValidOffset(after, head.epochs, head.seq))) {
      throw streamGone(head.streamId);
    }
    this.#head = head;
    this.#next = after === undefined ? 0 : after.seq + 1;
    this.#maxBytes = maxBytes;
  }

  /** Seq of the event that has to come next. */
  get next(): number {
    return this.#next;
  }

  /** Nothing can come: the offset is the stream's last. */
  get atEnd(): boolean {
    return this.#next > this.#head.seq;
  }

  /** Adds the next event; false where it has no room any more. Throws `stream_gone` for any other event than the next. */
  add({ seq, at, json }: LoggedEvent): boolean {
    if (seq !== this.#next) throw streamGone(this.#head.streamId);
    this.#bytes += json.length;
    if (this.#bytes > this.#maxBytes && this.events.length > 0) return false;
    this.events.push({ epoch: epochOf(this.#head.epochs, seq), seq, at, json });
    this.#next += 1;
    return true;
  }

  /** Adds from `events`, whose first has the seq `first`; false where not all of them had room. */
  addFrom(events: readonly LoggedEvent[], first: number): boolean {
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
