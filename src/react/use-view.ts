"use client";
import { IDLE_STATE, type RunView } from "./run-view.ts";
import { useStore } from "./use-store.ts";
import type { ViewState } from "./view-state.ts";

/**
 * The state of a run, or what `select` takes of it: renders only where that is another (`Object.is`). It has to give the same
 * for the same state, no new object each time.
 */
export function useView<Result, Slice = ViewState<Result>>(
  view: RunView<Result> | undefined,
  select: (state: ViewState<Result>) => Slice = (state) => state as Slice,
): Slice {
  return useStore(view, (at) => select(at?.state ?? IDLE_STATE));
}
