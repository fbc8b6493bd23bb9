/**
 * Agents of the Strands SDK: any Source is their model, and what they do becomes our events.
 * @module
 */
export { type AgentAnswer, type RunAgentOptions, runAgent } from "./strands/run-agent.ts";
export { type SourceModelOptions, SourceModel, sourceModel } from "./strands/source-model.ts";
