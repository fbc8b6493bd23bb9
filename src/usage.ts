import type { Usage } from "./protocol/events.ts";

/** Both together; `more` may be an event. */
export function addUsage(sum: Usage | undefined, more: Usage): Usage {
  return {
    inputTokens: (sum?.inputTokens ?? 0) + more.inputTokens,
    outputTokens: (sum?.outputTokens ?? 0) + more.outputTokens,
  };
}
