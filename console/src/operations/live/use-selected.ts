import { useSyncExternalStore } from "react";
import type { SnapshotStore } from "./snapshot-store.ts";

/** A part of the store's value; renders again only when that part is another one (Object.is). */
export function useSelected<Value, Part>(store: SnapshotStore<Value>, select: (value: Value) => Part): Part {
  return useSyncExternalStore(store.subscribe, () => select(store.snapshot()));
}
