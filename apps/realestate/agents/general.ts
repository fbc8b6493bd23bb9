import { buildingTools } from "../tools/building-tools.ts";
import { documentTools } from "../tools/documents.ts";
import { siteTools } from "../tools/site-tools.ts";
import type { AgentCard } from "./agent-card.ts";

/** Takes whatever else is asked. */
export const generalAgent: AgentCard = {
  name: "general",
  instructions: `You answer questions about real estate.

Search the documents where a rule, a figure or a procedure is asked for. What comes from your own knowledge, call general knowledge, and
never give a figure of a law that no passage gives.`,
  tools: (kit) => [...documentTools(kit), ...siteTools(kit), ...buildingTools(kit)],
};
