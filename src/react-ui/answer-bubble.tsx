"use client";
import type { ReactElement, ReactNode } from "react";
import { type RunView, type ViewState, useView } from "../react/index.ts";
import { AnswerStatus, isRunning } from "./answer-status.tsx";
import { AnswerText, type RenderBlock } from "./answer-text.tsx";
import { ErrorNote } from "./error-note.tsx";
import { counted } from "./words.ts";

export interface AnswerBubbleProps {
  readonly view: RunView;
  /** Beside the status: buttons stand at the right, progress and tools in rows of their own. */
  readonly header?: ReactNode;
  /** Under the text. */
  readonly footer?: ReactNode;
  /** Shows each block of the text, instead of as plain text; give the same function each time. */
  readonly render?: RenderBlock;
  /** Offered where the answer failed in a way that may pass. */
  readonly onRetry?: () => void;
}

/** One answer: how it stands, its text as it comes, and how it ended. */
export function AnswerBubble({ view, header, footer, render, onRetry }: AnswerBubbleProps): ReactElement {
  const running = useView(view, runs);
  return (
    <article className="sluice-answer" aria-label="Answer" aria-busy={running}>
      <header className="sluice-answer-head">
        <AnswerStatus view={view} />
        {header}
      </header>
      <AnswerText view={view} render={render} running={running} />
      <Ending view={view} onRetry={onRetry} />
      {footer}
    </article>
  );
}

interface EndingProps {
  readonly view: RunView;
  readonly onRetry: (() => void) | undefined;
}

function Ending({ view, onRetry }: EndingProps): ReactElement | null {
  const { status, error, partialLength } = useView(view);
  if (status === "error" && error !== undefined) {
    return <ErrorNote error={error} {...(onRetry !== undefined && { onRetry })} />;
  }
  return status === "cancelled" ? <p className="sluice-note">{kept(partialLength ?? 0)}</p> : null;
}

function kept(length: number): string {
  if (length === 0) return "Cancelled before anything had arrived.";
  return `Cancelled. The ${counted(length, "character")} that had arrived ${length === 1 ? "is" : "are"} kept.`;
}

function runs({ status }: ViewState): boolean {
  return isRunning(status);
}
