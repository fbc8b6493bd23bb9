import type { Tool } from "@strands-agents/sdk";
import type { Toolkit } from "../tools/toolkit.ts";

/** One agent: its name on the wire, what it is told, and the tools that it is given. */
export interface AgentCard {
  readonly name: string;
  readonly instructions: string;
  readonly tools: (kit: Toolkit) => Tool[];
}
