"use client";
import { useCallback, useSyncExternalStore } from "react";

/** What tells of its changes. */
export interface Store {
  /** Gives the way to stop that. */
  subscribe(listener: () => void): () => void;
}

/** What `read` gives, after each change of the store; it reads nothing where there is no store, and on a server. */
export function useStore<Source extends Store, Value>(
  store: Source | undefined,
  read: (store: Source | undefined) => Value,
): Value {
  return useSyncExternalStore(
    useCallback((listener) => store?.subscribe(listener) ?? (() => {}), [store]),
    () => read(store),
    () => read(undefined),
  );
}
