import { type Event, type StartEvent, type StreamState, isTerminal } from "./protocol/events.ts";
import { type Offset, epochOf } from "./protocol/offset.ts";
import type { SluiceError } from "./protocol/errors.ts";
import type { Store, StoredEvent, StreamHead } from "./store.ts";
import { Tail } from "./tail.ts";

/** A stored event with, where this process made it, the event it was made from. */
export interface Entry extends StoredEvent {
  event?: Event | undefined;
}

const NOTHING: readonly Entry[] = [];

/** One durable stream as this process sees it: its place, and the tail that all its cursors read (law 2). */
export class Stream {
  readonly id: string;
  readonly app: string;
  readonly start: StartEvent;
  /** Why its writer cannot store what comes, while that lasts. */
  trouble: SluiceError | undefined;
  #epochs: readonly number[];
  #seq: number;
  #state: StreamState;
  #lost = false;
  readonly #tail: Tail;
  /** Of the last commit, until it was delivered. */
  #newest: readonly Entry[] = NOTHING;
  readonly #store: Store;
  readonly #readBytes: number;

  constructor(head: StreamHead, start: StartEvent, store: Store, limits: { tailBytes: number; readBytes: number }) {
    this.id = head.streamId;
    this.app = head.app;
    this.start = start;
    this.#epochs = head.epochs;
    this.#seq = head.seq;
    this.#state = head.state;
    this.#store = store;
    this.#readBytes = limits.readBytes;
    this.#tail = new Tail(limits.tailBytes);
  }

  get state(): StreamState {
    return this.#state;
  }

  get epochs(): readonly number[] {
    return this.#epochs;
  }

  /** Seq of the last committed event. */
  get seq(): number {
    return this.#seq;
  }

  /** The store no longer has it: the next read says why. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Takes in how far another process has written it; undefined where the store has it no more. True where anything is new. */
  advance(head: StreamHead | undefined): boolean {
    if (head === undefined || head.gone) return (this.#lost = true);
    if (head.seq === this.#seq && head.state === this.#state) return false;
    this.#epochs = head.epochs;
    this.#seq = head.seq;
    this.#state = head.state;
    return true;
  }

  /** Takes in what was committed; call only after the commit (law 1). */
  committed(entries: readonly Entry[]): void {
    this.#newest = entries;
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#seq = last.seq;
    const event = last.event;
    if (event !== undefined && isTerminal(event)) this.#state = event.type;
  }

  /** The followers were woken: what most of them have read by now goes to the tail. */
  delivered(): void {
    for (const entry of this.#newest) this.#tail.push(entry);
    this.#newest = NOTHING;
  }

  /** Committed events after `after`, from the tail; empty where there are none yet, undefined where they are below it. */
  recent(after: Offset | undefined): readonly Entry[] | undefined {
    if (this.#lost) return undefined;
    const next = after === undefined ? 0 : after.seq + 1;
    if (next > this.#seq) return NOTHING;
    if (next === this.#newest[0]?.seq) return this.#newest;
    return this.#tail.from(next, (seq) => epochOf(this.#epochs, seq));
  }

  /** The same from the store, about one read's worth; at least one event. */
  async stored(after: Offset | undefined): Promise<readonly Entry[]> {
    return this.#store.read(this.id, after, this.#readBytes);
  }
}
