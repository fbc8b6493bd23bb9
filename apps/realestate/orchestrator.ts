import { Agent } from "@strands-agents/sdk";
import { type Logger, type ProgressEvent, SluiceError, type Source, textDelta } from "sluice";
import { runAgent, sourceModel } from "sluice/source/strands";
import type { AgentCard } from "./agents/agent-card.ts";
import { buildingCodesAgent } from "./agents/building-codes.ts";
import { generalAgent } from "./agents/general.ts";
import { ragAgent } from "./agents/rag.ts";
import { zoningAgent } from "./agents/zoning.ts";
import { Findings } from "./findings.ts";
import { type Inquiry, promptOf, systemPrompt } from "./prompt.ts";
import type { Retriever } from "./retriever.ts";

export interface OrchestratorOptions {
  readonly retriever: Retriever;
  /** The Bedrock model that the agents ask in place of the source's own; a stand-in takes no other name. */
  readonly modelArn?: string;
}

/** What the client gets at the end, beside the whole text. */
export interface InvokeResult {
  /** The agent that answered. */
  readonly agent: string;
  /** As it was asked. */
  readonly query_type: string;
  /** How many tools the agent had. */
  readonly tools_available: number;
  /** How many of them it called, each counted once. */
  readonly tools_used: number;
}

interface RunParts extends OrchestratorOptions {
  readonly source: Source;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** The agent for each query type. */
const AGENTS: Readonly<Record<string, AgentCard>> = {
  rag: ragAgent,
  zoning: zoningAgent,
  building_codes: buildingCodesAgent,
  general: generalAgent,
};

/** The agent for this query type, however it is written; the general one where there is none of its own. */
export function agentFor(queryType: string): AgentCard {
  const name = queryType
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
  return Object.hasOwn(AGENTS, name) ? AGENTS[name]! : generalAgent;
}

/**
 * Sends the question to its agent. Yields what the agent does, and before the end the places that the answer cites, as data
 * `citations`, and the whole answer as one message. What an agent says between its tool calls is part of the answer, as a
 * paragraph of its own.
 */
export async function* orchestrate(
  inquiry: Inquiry & { readonly queryType: string },
  { retriever, modelArn, source, signal, log }: RunParts,
): AsyncGenerator<ProgressEvent | readonly ProgressEvent[], InvokeResult, void> {
  const card = agentFor(inquiry.queryType);
  const findings = new Findings();
  const tools = card.tools({ retriever, findings, signal, log });
  const model = sourceModel(source, modelArn !== undefined && !isStandIn(source) ? { modelId: modelArn } : {});
  const agent = new Agent({ model, tools, systemPrompt: systemPrompt(card), printer: false });
  const account = new Account();
  for await (const step of runAgent(agent, promptOf(inquiry), { signal })) {
    const events = [step].flat().flatMap((event) => account.take(event));
    if (events.length > 0) yield events;
  }
  const { text, called } = account;
  if (text.trim() === "") throw new SluiceError("upstream_error", "The model ended without an answer.");
  const citations = findings.citedIn(text).map(({ file, heading }) => ({ file, heading }));
  if (citations.length > 0) yield { type: "data", name: "citations", value: citations };
  yield { type: "message", role: "assistant", content: text };
  return {
    agent: card.name,
    query_type: inquiry.queryType,
    tools_available: tools.length,
    // A model may call a tool that nobody gave it.
    tools_used: tools.filter(({ name }) => called.has(name)).length,
  };
}

/** One agent's turns as one answer: the message of each turn goes, and its text begins a paragraph. */
class Account {
  text = "";
  readonly called = new Set<string>();
  #turnEnded = false;

  take(event: ProgressEvent): readonly ProgressEvent[] {
    if (event.type === "message") {
      this.#turnEnded = true;
      return [];
    }
    if (event.type === "tool-call") this.called.add(event.name);
    if (event.type !== "text-delta" || !this.#turnEnded) return this.#kept(event);
    this.#turnEnded = false;
    return [...this.#kept(textDelta("\n\n")), ...this.#kept(event)];
  }

  #kept(event: ProgressEvent): readonly ProgressEvent[] {
    if (event.type === "text-delta") this.text += event.text;
    return [event];
  }
}

/** A stand-in answers to its own name only. */
function isStandIn({ modelId }: Source): boolean {
  return modelId.startsWith("offline.");
}
