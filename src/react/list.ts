"use client";
import { Listeners } from "../client/listeners.ts";
import { useStore } from "./use-store.ts";

/** A list that components watch; each change makes another array. */
export class List<Item> extends Listeners {
  items: readonly Item[] = [];

  set(items: readonly Item[]): void {
    this.items = items;
    this.tell();
  }

  subscribe(listener: () => void): () => void {
    return this.add(listener);
  }
}

const NONE: readonly never[] = [];

/** What is in it; nothing on a server. */
export function useList<Item>(list: List<Item>): readonly Item[] {
  return useStore(list, (at) => at?.items ?? NONE);
}
