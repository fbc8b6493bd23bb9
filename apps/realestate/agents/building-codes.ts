import { buildingTools } from "../tools/building-tools.ts";
import type { AgentCard } from "./agent-card.ts";
import { ragAgent } from "./rag.ts";

/** The document agent for building codes: exits, fire, accessibility, kitchens, permits. */
export const buildingCodesAgent: AgentCard = {
  name: ragAgent.name,
  instructions: `${ragAgent.instructions}

The question is about building codes: exits, fire safety, accessibility, ventilation, toilets, permits, inspections. Name the kind of
building and the number of people that a rule holds for. Reckon occupant loads and ramps with your tools, with figures that stand in
the documents.`,
  tools: (kit) => [...ragAgent.tools(kit), ...buildingTools(kit)],
};
