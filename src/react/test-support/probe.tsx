import type { ReactElement } from "react";
import type { RunView } from "../run-view.ts";

/** A component that uses a hook, and shows nothing. */
export interface Probe<Value> {
  readonly element: ReactElement;
  /** What the hook gave last. */
  readonly value: Value;
  readonly renders: number;
}

export function probe<Value>(use: () => Value): Probe<Value> {
  const seen = { value: undefined as Value, renders: 0 };
  function Probing(): null {
    seen.value = use();
    seen.renders += 1;
    return null;
  }
  return Object.assign(seen, { element: <Probing /> });
}

/** Resolves once the view is so. */
export function until(view: RunView, isSo: (view: RunView) => boolean): Promise<void> {
  if (isSo(view)) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = view.subscribe(() => {
      if (!isSo(view)) return;
      stop();
      resolve();
    });
  });
}
