"use client";
import { IDLE_TEXT, type RunView } from "./run-view.ts";
import { useStore } from "./use-store.ts";
import type { TextState } from "./view-state.ts";

/** The text of a run, for the one component that shows it: that one renders with each flush. */
export function useStreamText(view: RunView | undefined): TextState {
  return useStore(view, (at) => at?.text ?? IDLE_TEXT);
}
