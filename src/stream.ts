import { type Event, type StartEvent, type StreamState, isTerminal } from "./protocol/events.ts";
import { type Offset, epochOf, isValidOffset } from "./protocol/offset.ts";
import type { SluiceError } from "./protocol/errors.ts";
import type { Store, StoredEvent, StreamHead } from "./store.ts";
import { Tail } from "./tail.ts";
import type { Limits } from "./limits.ts";

/** A stored event with, where this process made it, the event it was made from. */
export interface Entry extends StoredEvent {
  event?: Event | undefined;
}

type StreamLimits = Pick<Limits, "tailBytes" | "readBytes">;

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
  #lastAt: number | undefined;
  #lost = false;
  /** A part of it was lost, and written anew: a cursor may stand where nothing was (law 4). */
  #rewound = false;
  #tail: Tail;
  /** Of the last commit, until it was delivered. */
  #newest: readonly Entry[] = NOTHING;
  readonly #store: Store;
  readonly #limits: StreamLimits;

  constructor(head: StreamHead, start: StartEvent, store: Store, limits: StreamLimits) {
    this.id = head.streamId;
    this.app = head.app;
    this.start = start;
    this.#epochs = head.epochs;
    this.#seq = head.seq;
    this.#state = head.state;
    this.#store = store;
    this.#limits = limits;
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

  /** Commit time of the last event that this process saw committed. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  /** The store no longer has it: the next read says why. */
  get lost(): boolean {
    return this.#lost;
  }

  /** The offset of the last committed event. */
  get last(): Offset {
    return { epoch: epochOf(this.#epochs, this.#seq), seq: this.#seq };
  }

  /** Whether another process has written more, right after what is known here. */
  precedes(head: StreamHead): boolean {
    return !head.gone && head.seq > this.#seq && isValidOffset(this.last, head.epochs, head.seq);
  }

  /** Takes in where another process has brought it; undefined where the store has it no more. True where anything is new. */
  advance(head: StreamHead | undefined): boolean {
    if (head === undefined || head.gone) return (this.#lost = true);
    if (epochOf(head.epochs, this.#seq) !== this.last.epoch) {
      this.#rewound = true;
      this.#tail = new Tail(this.#limits.tailBytes);
    } else if (head.seq <= this.#seq && head.state === this.#state && head.epochs.length === this.#epochs.length) {
      return false;
    }
    this.#epochs = head.epochs;
    this.#seq = head.seq;
    this.#state = head.state;
    return true;
  }

  /** Takes in what another process wrote, as the store gave it: what comes right after `last`. */
  received(entries: readonly Entry[]): void {
    const epochs = [...this.#epochs];
    for (const { epoch, seq } of entries) while (epochs.length < epoch) epochs.push(seq);
    this.#epochs = epochs;
    const last = entries.at(-1);
    if (last !== undefined) last.event = JSON.parse(last.json) as Event;
    this.committed(entries);
  }

  /** Takes in what was committed; call only after the commit (law 1). */
  committed(entries: readonly Entry[]): void {
    this.#newest = entries;
    const last = entries.at(-1);
    if (last === undefined) return;
    this.#seq = last.seq;
    this.#lastAt = last.at;
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
    if (this.#lost || !this.#continues(after)) return undefined;
    const next = after === undefined ? 0 : after.seq + 1;
    if (next > this.#seq) return NOTHING;
    if (next === this.#newest[0]?.seq) return this.#newest;
    return this.#tail.from(next, (seq) => epochOf(this.#epochs, seq));
  }

  /** The same from the store, about one read's worth; at least one event. */
  async stored(after: Offset | undefined): Promise<readonly Entry[]> {
    return this.#store.read(this.id, after, this.#limits.readBytes);
  }

  /** Whether a cursor may go on in memory; where not, the store says why. */
  #continues(after: Offset | undefined): boolean {
    return !this.#rewound || after === undefined || isValidOffset(after, this.#epochs, this.#seq);
  }
}
