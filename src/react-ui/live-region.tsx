"use client";
import { type ReactElement, useEffect, useState } from "react";
import type { RunView, ViewState } from "../react/index.ts";
import { isRunning } from "./answer-status.tsx";
import { Sentences } from "./sentences.ts";

const PAUSE_MS = 2000;

/** An error is not said here: its note is an alert. */
const ENDINGS: Partial<Record<ViewState["status"], string>> = {
  complete: "The answer is complete.",
  cancelled: "The answer was cancelled.",
};

export interface LiveRegionProps {
  /** The answer that is on its way; what was over when it came here is not read out. */
  readonly view: RunView | undefined;
}

/** Tells a screen reader what comes: by whole sentences, every two seconds at most, and the end. Nothing to see. */
export function LiveRegion({ view }: LiveRegionProps): ReactElement {
  const [said, say] = useState("");
  useEffect(() => (view === undefined ? undefined : readOut(view, say)), [view]);
  return (
    <div className="sluice-unseen" aria-live="polite" aria-atomic="true">
      {said}
    </div>
  );
}

function readOut(view: RunView, say: (words: string) => void): (() => void) | undefined {
  if (!isRunning(view.state.status)) return undefined;
  const sentences = new Sentences();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const speak = (): void => {
    timer = undefined;
    const words = [sentences.next(view.text), ENDINGS[view.state.status] ?? ""].join(" ").trim();
    if (words !== "") say(words);
  };
  const release = (): void => {
    unsubscribe();
    clearTimeout(timer);
  };
  const unsubscribe = view.subscribe(() => {
    if (isRunning(view.state.status)) {
      timer ??= setTimeout(speak, PAUSE_MS);
      return;
    }
    release();
    speak();
  });
  return release;
}
