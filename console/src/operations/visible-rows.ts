import { useVirtualizer, useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";

/** Shorter lists are shown whole. */
const LONG = 100;

/** The rows to render, and the room that the others take above and below them, pixels. */
export interface VisibleRows {
  readonly indexes: readonly number[];
  readonly before: number;
  readonly after: number;
  /** Ref of each rendered row, whose `data-index` is its index. */
  readonly measure: (element: Element | null) => void;
  readonly scrollTo: (index: number) => void;
}

/** Rows in a box that scrolls. */
export function useRowsInBox(
  count: number,
  rowHeight: number,
  box: RefObject<HTMLElement | null>,
  keyOf: (index: number) => string | number,
): VisibleRows {
  const long = count > LONG;
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useVirtualizer({
    count,
    enabled: long,
    estimateSize: () => rowHeight,
    getScrollElement: () => box.current,
    getItemKey: keyOf,
    overscan: 12,
    useFlushSync: false,
  });
  return visible(virtualizer, long, count, 0, (index) => {
    box.current?.scrollIntoView({ block: "nearest" });
    if (long) virtualizer.scrollToIndex(index, { align: "center" });
    else box.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: "nearest" });
  });
}

/** Rows that scroll with the page. */
export function useRowsOnPage(
  count: number,
  rowHeight: number,
  keyOf: (index: number) => string,
): VisibleRows & { readonly list: RefObject<HTMLUListElement | null> } {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the list may change its height.
  useLayoutEffect(() => {
    const measure = (): void => setTop(Math.round((list.current?.getBoundingClientRect().top ?? 0) + window.scrollY));
    const resized = new ResizeObserver(measure);
    resized.observe(document.body);
    return () => resized.disconnect();
  }, []);
  const long = count > LONG;
  // oxlint-disable-next-line react/incompatible-library
  const virtualizer = useWindowVirtualizer({
    count,
    enabled: long,
    estimateSize: () => rowHeight,
    getItemKey: keyOf,
    overscan: 6,
    scrollMargin: top,
    useFlushSync: false,
  });
  const rows = visible(virtualizer, long, count, top, (index) => {
    if (long) virtualizer.scrollToIndex(index, { align: "center" });
    else list.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView({ block: "nearest" });
  });
  return { ...rows, list };
}

interface Virtual {
  getVirtualItems(): readonly { readonly index: number; readonly start: number; readonly end: number }[];
  getTotalSize(): number;
  measureElement(element: Element | null): void;
}

function visible(
  virtualizer: Virtual,
  long: boolean,
  count: number,
  margin: number,
  scrollTo: (index: number) => void,
): VisibleRows {
  if (!long) {
    return {
      indexes: Array.from({ length: count }, (_, index) => index),
      before: 0,
      after: 0,
      measure: NOTHING,
      scrollTo,
    };
  }
  const items = virtualizer.getVirtualItems();
  return {
    indexes: items.map(({ index }) => index),
    before: (items[0]?.start ?? margin) - margin,
    after: Math.max(0, virtualizer.getTotalSize() + margin - (items.at(-1)?.end ?? margin)),
    measure: virtualizer.measureElement,
    scrollTo,
  };
}

const NOTHING = (): void => {};
