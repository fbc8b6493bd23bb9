import { AfterModelCallEvent, type Agent, HookOrder, type InvokeArgs, type InvokeOptions } from "@strands-agents/sdk";
import { SluiceError } from "../../protocol/errors.ts";
import type { ProgressEvent, Usage } from "../../protocol/events.ts";
import { agentError } from "./agent-error.ts";
import { AgentEvents } from "./agent-events.ts";
import { fromStrandsStopReason } from "./stop-reason.ts";

export interface RunAgentOptions {
  /** Ends the run: the model's request is aborted within 100 ms, and the signal's reason is thrown. */
  readonly signal: AbortSignal;
  /** How often the model may be asked; default 20. Past it the run fails with `upstream_error`. */
  readonly maxTurns?: number;
  /** A zod schema that the answer must fit, given as `structuredOutput`. */
  readonly structuredOutputSchema?: NonNullable<InvokeOptions["structuredOutputSchema"]>;
}

export interface AgentAnswer {
  /** Everything that was yielded as text. */
  readonly text: string;
  /** In Bedrock's words: `end_turn`, `stop_sequence`, `guardrail_intervened` … */
  readonly stopReason: string;
  /** Of all model calls together. */
  readonly usage: Usage;
  /** How many tool calls came to a result. */
  readonly toolsUsed: number;
  readonly structuredOutput?: unknown;
}

const MAX_TURNS = 20;
const BEFORE_RETRY_STRATEGIES = HookOrder.SDK_FIRST - 1;

/**
 * Runs a Strands agent and yields what it does: text-delta, reasoning-delta, tool-call, tool-result, usage (one for each model
 * call), and `message` where an assistant's message with text closes. What the agent's model throws is thrown as
 * `upstream_error`, `upstream_throttled`, `upstream_truncated` or `bad_request`; a SluiceError below comes out as it was.
 * A model call that has shown something is not tried again. Make the agent with `printer: false`: it writes to stdout otherwise.
 */
export async function* runAgent(
  agent: Agent | (() => Agent),
  prompt: InvokeArgs,
  options: RunAgentOptions,
): AsyncGenerator<ProgressEvent, AgentAnswer, void> {
  const { signal, maxTurns = MAX_TURNS, structuredOutputSchema } = options;
  signal.throwIfAborted();
  const runner = typeof agent === "function" ? agent() : agent;
  const left = new AbortController();
  const heard = new AgentEvents();
  const failAtOnce = ({ error }: AfterModelCallEvent): void => {
    if (error !== undefined && heard.shown) throw error;
  };
  const unhook = runner.addHook(AfterModelCallEvent, failAtOnce, { order: BEFORE_RETRY_STRATEGIES });
  const events = runner.stream(prompt, {
    cancelSignal: AbortSignal.any([signal, left.signal]),
    limits: { turns: maxTurns },
    ...(structuredOutputSchema !== undefined && { structuredOutputSchema }),
  });
  try {
    for (;;) {
      const step = await unlessAborted(events.next(), signal);
      if (step.done !== true) {
        for (const event of heard.take(step.value)) {
          yield event;
          signal.throwIfAborted();
        }
        continue;
      }
      const { stopReason, structuredOutput } = step.value;
      if (stopReason === "cancelled") throw new SluiceError("cancelled", "The agent was cancelled.");
      if (stopReason === "limitTurns") {
        throw new SluiceError("upstream_error", `The agent came to no end within ${maxTurns} turns.`);
      }
      const { text, usage, toolsUsed } = heard;
      return {
        text,
        stopReason: fromStrandsStopReason(stopReason),
        usage,
        toolsUsed,
        ...(structuredOutput !== undefined && { structuredOutput }),
      };
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw agentError(thrown);
  } finally {
    left.abort();
    unhook();
    // Not waited for: a tool that heeds no signal would keep the run from ending.
    events.return(undefined as never).catch(() => {});
  }
}

/** The promise, or the signal's reason as soon as it fires. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const done = (): void => signal.removeEventListener("abort", onAbort);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(done);
    if (signal.aborted) onAbort();
  });
}
