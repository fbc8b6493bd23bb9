"use client";
import { useRef } from "react";
import { IDLE_TEXT, type RunView } from "./run-view.ts";
import { useStore } from "./use-store.ts";
import { useView } from "./use-view.ts";
import type { ViewState } from "./view-state.ts";

/** A run as a component sees it. */
export interface Handle<Result> extends Omit<ViewState<Result>, "status"> {
  /** `idle` where there is no run. */
  readonly status: ViewState["status"] | "idle";
  /** The text so far, joined at each call. Who reads it renders with each flush; long answers are for `useStreamText`. */
  readonly text: string;
  readonly view: RunView<Result> | undefined;
}

/** What the hooks of one run give, with their own actions. */
export function useHandle<Result, Actions extends object>(
  view: RunView<Result> | undefined,
  actions: Actions,
): Handle<Result> & Actions {
  const state = useView(view);
  const reads = useRef(false);
  useStore(view, (at) => (reads.current && at?.text) || IDLE_TEXT);
  return {
    ...state,
    ...actions,
    status: view === undefined ? "idle" : state.status,
    view,
    get text() {
      reads.current = true;
      return view?.wholeText ?? "";
    },
  };
}
