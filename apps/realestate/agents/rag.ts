import { documentTools } from "../tools/documents.ts";
import type { AgentCard } from "./agent-card.ts";

/** Answers out of the documents alone. */
export const ragAgent: AgentCard = {
  name: "rag",
  instructions: `You answer questions about real estate out of a collection of documents.

Search before you answer, and search again with other words where the first passages do not fit. Say nothing that no passage
says. Where nothing fits, say so plainly, and say what you looked for.`,
  tools: documentTools,
};
