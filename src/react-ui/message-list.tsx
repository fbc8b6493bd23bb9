"use client";
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from "react";
import { BottomPin } from "./bottom-pin.ts";
import { Icon } from "./icon.tsx";

export interface MessageListProps {
  readonly children: ReactNode;
  /** What the list holds, for a screen reader. */
  readonly label?: string;
  /** An answer is on its way: the reader is taken to the end when that begins, and shown the way back while it lasts. */
  readonly busy?: boolean;
}

/**
 * A transcript that stays at its end while it grows. Where it has a height of its own (style `.sluice-messages`), it
 * scrolls itself, else the page does. It does not read itself out: put a `LiveRegion` beside it.
 */
export function MessageList({ children, label = "Conversation", busy = false }: MessageListProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const pin = useRef<BottomPin>(undefined);
  const [away, setAway] = useState(false);
  useEffect(() => {
    const made = new BottomPin({ list: list.current!, content: content.current!, end: end.current! }, setAway);
    pin.current = made;
    return () => made.release();
  }, []);
  useEffect(() => {
    if (busy) pin.current?.pin();
  }, [busy]);
  const jump = (): void => {
    pin.current?.pin();
    content.current?.focus({ preventScroll: true });
  };
  return (
    <div className="sluice-messages" ref={list}>
      <div
        className="sluice-log"
        ref={content}
        role="log"
        aria-label={label}
        aria-live="off"
        aria-busy={busy}
        tabIndex={-1}
      >
        {children}
      </div>
      <div ref={end} className="sluice-end" />
      <button type="button" className="sluice-button sluice-jump" hidden={!away || !busy} onClick={jump}>
        <Icon name="down" />
        Jump to latest
      </button>
    </div>
  );
}
