import type { Event, TerminalEvent } from "../protocol/events.ts";
import type { ViewState } from "./view-state.ts";

/** Every event that ends a stream. */
type Ending = TerminalEvent & Pick<ViewState, "usage" | "result" | "partialLength">;

/** What an event changes in this state. */
export function changesBy(event: Event, state: ViewState): Partial<ViewState> {
  const { stages, tools } = state;
  switch (event.type) {
    case "start":
      return { requestId: event.requestId ?? state.requestId };
    case "status": {
      const { text, progress: value, stage } = event;
      return {
        progress: { text, value, stage },
        ...(stage === "queued" && { status: stage }),
        ...(stage !== undefined && { stages: [...new Set([...stages, stage])] }),
      };
    }
    case "reasoning-delta":
      return { reasoning: state.reasoning + event.text };
    case "message":
      return { messages: [...state.messages, { role: event.role, content: event.content }] };
    case "tool-call": {
      const { id, name, input } = event;
      return { tools: [...tools, { id, name, input, state: "running" }] };
    }
    case "tool-result": {
      const { id, output, error } = event;
      const outcome = error === undefined ? "done" : "failed";
      return { tools: tools.map((tool) => (tool.id === id ? { ...tool, output, error, state: outcome } : tool)) };
    }
    case "data":
      return { data: { ...state.data, [event.name]: event.value } };
    case "usage": {
      const { inputTokens, outputTokens } = event;
      return { usage: { inputTokens, outputTokens } };
    }
    case "text-delta":
      return {};
    default: {
      const { type: status, usage = state.usage, result, partialLength }: Ending = event;
      return { status, usage, result, partialLength };
    }
  }
}
