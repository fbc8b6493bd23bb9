import { type RefObject, useLayoutEffect, useRef } from "react";

/** So near to the end counts as at it, pixels. */
const NEAR = 24;

/** Keeps a box at its end while what is in it grows, unless the reader has scrolled away from there. */
export function useBottomPin(growing: boolean): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  const height = useRef(0);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    // What was its end before it grew.
    const wasAtEnd = element.scrollTop + element.clientHeight >= height.current - NEAR;
    if (growing && wasAtEnd) element.scrollTop = element.scrollHeight;
    height.current = element.scrollHeight;
  });
  return box;
}
