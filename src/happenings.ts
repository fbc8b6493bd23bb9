import type { Transport } from "./transport.ts";

/** Something about a stream that is no event of it. */
export interface Happening {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Somebody follows it from the beginning, or from an offset, or leaves before its end; or its cancel was asked for. */
  readonly kind: "viewer" | "resumed" | "left" | "cancel";
  readonly connectionId?: string;
  readonly transport?: Transport["kind"];
  /** Where whoever came goes on, or whoever left had come to. */
  readonly offset?: string;
}

interface Numbered {
  readonly number: number;
  readonly happening: Happening;
}

/** So many of each stream, and of so many streams: those where something happened last. */
const PER_STREAM = 64;
const STREAMS = 1000;

/** What happened lately to the streams that are followed here. Bounded: the oldest goes first. */
export class Happenings {
  readonly #kept = new Map<string, Numbered[]>();
  readonly #listeners = new Map<string, Set<() => void>>();
  #last = 0;

  note(streamId: string, happening: Happening): void {
    const known = this.#kept.get(streamId) ?? [];
    if (isAnotherPoll(known, happening)) return;
    this.#last += 1;
    known.push({ number: this.#last, happening });
    if (known.length > PER_STREAM) known.shift();
    this.#kept.delete(streamId);
    this.#kept.set(streamId, known);
    if (this.#kept.size > STREAMS) this.#kept.delete(this.#kept.keys().next().value!);
    for (const listener of this.#listeners.get(streamId) ?? []) listener();
  }

  /** What happened to the stream after `number`, the number of the last one that is known; 0 for none. */
  since(streamId: string, number: number): { readonly happenings: readonly Happening[]; readonly number: number } {
    const news = (this.#kept.get(streamId) ?? []).filter((known) => known.number > number);
    return { happenings: news.map(({ happening }) => happening), number: news.at(-1)?.number ?? number };
  }

  /** Calls back whenever something happens to the stream; gives the way to stop that. */
  listen(streamId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(streamId) ?? new Set();
    this.#listeners.set(streamId, listeners.add(listener));
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#listeners.delete(streamId);
    };
  }
}

/** Each poll is a connection of its own: the first one says enough. */
function isAnotherPoll(known: readonly Numbered[], { transport }: Happening): boolean {
  return transport === "poll" && known.some(({ happening }) => happening.transport === "poll");
}
