"use client";
import { type ReactElement, useEffect, useState } from "react";
import { Icon } from "./icon.tsx";

export interface CopyButtonProps {
  readonly text: string | (() => string);
  /** What the button says; "Copy" where nothing is said. */
  readonly label?: string;
  /** What it copies, where several stand side by side: for who hears the page. */
  readonly name?: string;
}

/** Copies a text, and says for two seconds whether that worked. */
export function CopyButton({ text, label = "Copy", name }: CopyButtonProps): ReactElement {
  const [outcome, setOutcome] = useState<"Copied" | "Not copied">();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setOutcome("Copied");
    } catch {
      setOutcome("Not copied");
    }
  };
  return (
    <>
      <button
        type="button"
        className="sluice-button sluice-small sluice-quiet"
        aria-label={name}
        onClick={() => void copy()}
      >
        <Icon name={outcome === "Copied" ? "check" : "copy"} />
        {outcome ?? label}
      </button>
      <span className="sluice-unseen" role="status">
        {outcome}
      </span>
    </>
  );
}
