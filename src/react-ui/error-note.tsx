"use client";
import { type ReactElement, useMemo } from "react";
import type { SluiceError } from "../protocol/errors.ts";
import { useNow } from "./use-now.ts";
import { secondsUntil, sentence } from "./words.ts";

export interface ErrorNoteProps {
  readonly error: SluiceError;
  readonly onRetry?: () => void;
}

/** What went wrong: its message, its code, whether trying again may help, and when. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps): ReactElement {
  const { code, message, retryable, retryAfterMs = 0 } = error;
  // oxlint-disable-next-line react/exhaustive-deps -- the pause begins with its error
  const retryAt = useMemo(() => Date.now() + retryAfterMs, [error, retryAfterMs]);
  const seconds = secondsUntil(retryAt, useNow(500, Date.now() < retryAt));
  const advice = retryable ? "Trying again may help." : "Trying again as it is will not help.";
  return (
    <div className="sluice-note sluice-error">
      <div role="alert">
        <p>{`${sentence(message === "" ? "Something went wrong" : message)} ${advice}`}</p>
        <p className="sluice-hint">
          Code <code>{code}</code>
        </p>
      </div>
      {retryable && onRetry !== undefined && (
        <button type="button" className="sluice-button" disabled={seconds > 0} onClick={onRetry}>
          {seconds > 0 ? `Try again in ${seconds} s` : "Try again"}
        </button>
      )}
    </div>
  );
}
