import { type Route, route, status } from "sluice";
import { z } from "zod";
import { type InvokeResult, type OrchestratorOptions, orchestrate } from "./orchestrator.ts";

/** What a client sends: a question of 8,000 UTF-16 units at most, a context of 100,000. */
export interface InvokeInput {
  readonly question: string;
  readonly context?: string | null | undefined;
  /** Which agent is to answer; `general` by default, and for a type that no agent has. */
  readonly query_type?: string | null | undefined;
}

/** An agent that goes round in circles ends here. */
const MAX_TOKENS = 500_000;
const MAX_QUESTION = 8000;
const MAX_CONTEXT = 100_000;
const MAX_QUERY_TYPE = 64;
const DEFAULT_QUERY_TYPE = "general";

const input = z.object({
  question: z.string().max(MAX_QUESTION).regex(/\S/, "must not be empty"),
  context: z.string().max(MAX_CONTEXT).nullish(),
  query_type: z
    .string()
    .max(MAX_QUERY_TYPE)
    .nullish()
    .transform((type) => (type === null || type === undefined || type.trim() === "" ? DEFAULT_QUERY_TYPE : type)),
});

/** The route `invoke`: one question, one agent, one answer. */
export function invokeRoute(options: OrchestratorOptions): Route<InvokeInput, InvokeResult> {
  return route({
    input,
    maxTokens: MAX_TOKENS,
    async *run({ input: { question, context, query_type }, source, signal, log }) {
      yield status("Processing your query...");
      return yield* orchestrate({ question, context, queryType: query_type }, { ...options, source, signal, log });
    },
  });
}
