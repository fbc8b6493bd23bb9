import { type RefObject, useCallback, useRef } from "react";
import { useShortcut } from "../../shell/use-shortcut.ts";

/** The element that a row is entered by: its link. */
export function rowLinkId(streamId: string): string {
  return `stream-${streamId}`;
}

/** `j` and `k` move from row to row; Enter opens the one that has the focus, as links do. */
export function useRowKeys(ids: readonly string[], scrollTo: (index: number) => void): void {
  /** Where the keys have led, while the row there is not rendered yet. */
  const ahead = useRef<string>(undefined);
  const move = useCallback(
    (step: 1 | -1): void => {
      const current = ids.findIndex((id) => (ahead.current ?? document.activeElement?.id) === rowLinkId(id));
      const index = current === -1 ? 0 : Math.min(ids.length - 1, Math.max(0, current + step));
      const id = ids[index];
      if (id === undefined) return;
      scrollTo(index);
      ahead.current = rowLinkId(id);
      focusSoon(ahead);
    },
    [ids, scrollTo],
  );
  useShortcut(
    "j",
    useCallback(() => move(1), [move]),
  );
  useShortcut(
    "k",
    useCallback(() => move(-1), [move]),
  );
}

const FRAMES = 10;

/** A row that was far away is there only when the list has scrolled. */
function focusSoon(ahead: RefObject<string | undefined>, frames = FRAMES): void {
  const id = ahead.current;
  if (id === undefined) return;
  const element = document.getElementById(id);
  element?.focus({ preventScroll: true });
  if (element !== null || frames === 0) ahead.current = undefined;
  else requestAnimationFrame(() => focusSoon(ahead, frames - 1));
}
