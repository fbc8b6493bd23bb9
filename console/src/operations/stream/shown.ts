import type { ProgressProps } from "sluice/react-ui";
import type { ToolUse } from "sluice/react";
import type { TimelineEntry } from "sluice/operations";

/** What a viewer sees beside the text. */
export interface Shown {
  /** Undefined before the first status, and at the end. */
  readonly status: ProgressProps | undefined;
  readonly tools: readonly ToolUse[];
  /** Length of the reasoning, UTF-16 units. */
  readonly reasoning: number;
  /** Something was too long to come here whole. */
  readonly cut: boolean;
  readonly end: { readonly state: "complete" | "error" | "cancelled"; readonly message: string } | undefined;
}

const NOTHING: Shown = { status: undefined, tools: [], reasoning: 0, cut: false, end: undefined };

/** What these entries come to; the text apart, which `textEnds` tells. */
export function shownAfter(entries: readonly TimelineEntry[]): Shown {
  return entries.reduce(take, NOTHING);
}

function take(before: Shown, { event, cutBytes }: TimelineEntry): Shown {
  const shown = cutBytes === undefined ? before : { ...before, cut: true };
  switch (event.type) {
    case "status": {
      const { text, progress, stage } = event;
      return { ...shown, status: { text, value: progress, stage } };
    }
    case "reasoning-delta":
      return { ...shown, reasoning: shown.reasoning + event.text.length };
    case "tool-call": {
      const { id, name, input } = event;
      return { ...shown, tools: [...shown.tools, { id, name, input, state: "running" }] };
    }
    case "tool-result": {
      const { id, output, error } = event;
      const state = error === undefined ? "done" : "failed";
      return {
        ...shown,
        tools: shown.tools.map((tool) => (tool.id === id ? { ...tool, output, error, state } : tool)),
      };
    }
    case "complete":
      return over(shown, "complete", "Complete");
    case "error":
      return over(shown, "error", `${event.code}: ${event.message}`);
    case "cancelled":
      return over(shown, "cancelled", `Cancelled after ${event.partialLength} characters`);
    default:
      return shown;
  }
}

function over(shown: Shown, state: NonNullable<Shown["end"]>["state"], message: string): Shown {
  return { ...shown, status: undefined, end: { state, message } };
}
