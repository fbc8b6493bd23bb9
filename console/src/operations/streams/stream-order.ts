import { Listeners } from "../../listeners.ts";
import type { LiveStore } from "../live/live-store.ts";
import { type Filter, NEWEST_FIRST, NO_FILTER, type Sorting, reordered, sorted } from "./listing.ts";

/** The list as the reader has arranged it. The same object until something about it changes. */
export interface Arrangement {
  readonly ids: readonly string[];
  readonly filter: Filter;
  readonly sorting: Sorting;
  /** Streams that came while the list was held still. */
  readonly waiting: number;
  /** All streams, wanted or not. */
  readonly total: number;
}

/** Which streams are listed, and in what order: it changes when streams come and go, and not while somebody points at them. */
export class StreamOrder {
  readonly #live: LiveStore;
  readonly #listeners = new Listeners();
  #arrangement: Arrangement;
  readonly #holders = new Set<string>();

  constructor(live: LiveStore) {
    this.#live = live;
    const { streams } = live.snapshot();
    this.#arrangement = {
      ids: sorted(streams, NO_FILTER, NEWEST_FIRST),
      filter: NO_FILTER,
      sorting: NEWEST_FIRST,
      waiting: 0,
      total: streams.size,
    };
  }

  readonly snapshot = (): Arrangement => this.#arrangement;

  readonly subscribe = (listener: () => void): (() => void) => {
    const leave = this.#listeners.subscribe(listener);
    const leaveLive = this.#live.subscribe(() => this.#follow());
    this.#follow();
    return () => {
      leave();
      leaveLive();
    };
  };

  /** Lists anew. */
  arrange(change: Partial<Pick<Arrangement, "filter" | "sorting">>): void {
    const { streams } = this.#live.snapshot();
    const { filter, sorting } = { ...this.#arrangement, ...change };
    this.#become({ ids: sorted(streams, filter, sorting), filter, sorting, waiting: 0, total: streams.size });
  }

  /** While the pointer or the focus holds it, no row comes, goes or moves. */
  hold(by: "pointer" | "focus"): void {
    this.#holders.add(by);
  }

  release(by: "pointer" | "focus"): void {
    this.#holders.delete(by);
    this.#follow();
  }

  #follow(): void {
    const { streams } = this.#live.snapshot();
    const { ids, filter, sorting, waiting, total } = this.#arrangement;
    const next = reordered(ids, streams, filter, sorting);
    if (this.#holders.size > 0 && ids.length > 0) {
      const listed = new Set(ids);
      const fresh = next.filter((id) => !listed.has(id)).length;
      if (fresh !== waiting) this.#become({ ...this.#arrangement, waiting: fresh });
    } else if (next !== ids || waiting > 0 || total !== streams.size) {
      this.#become({ ids: next, filter, sorting, waiting: 0, total: streams.size });
    }
  }

  #become(arrangement: Arrangement): void {
    this.#arrangement = arrangement;
    this.#listeners.tell();
  }
}
