import { siteTools } from "../tools/site-tools.ts";
import type { AgentCard } from "./agent-card.ts";
import { ragAgent } from "./rag.ts";

/** The document agent for zoning: uses, lots, setbacks, heights, parking. */
export const zoningAgent: AgentCard = {
  name: ragAgent.name,
  instructions: `${ragAgent.instructions}

The question is about zoning: which uses a zone allows, the size and the coverage of lots, setbacks, height, parking. Name the zone that
a rule holds for. Reckon coverage and floor area with your tools, with limits that stand in the documents.`,
  tools: (kit) => [...ragAgent.tools(kit), ...siteTools(kit)],
};
