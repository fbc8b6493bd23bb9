import { z } from "zod";

const MAX_TEXT = 8000;
const MAX_ITEMS = 50;

const text = z.string().max(MAX_TEXT).regex(/\S/, "must not be empty");
const list = z.array(text).min(1).max(MAX_ITEMS);

/** A prediction and how it is to be verified (seed 004). `verification_date` is ISO 8601 in UTC. */
export const predictionSchema: z.ZodType<Prediction> = z.object({
  prediction_statement: text,
  verification_date: z.iso.datetime({ error: "must be ISO 8601 in UTC, like 2025-03-31T23:59:59Z" }),
  date_reasoning: text,
  verification_method: z.object({ source: list, criteria: list, steps: list }),
  initial_status: z.literal("pending"),
});

export interface Prediction {
  readonly prediction_statement: string;
  readonly verification_date: string;
  readonly date_reasoning: string;
  readonly verification_method: VerificationMethod;
  readonly initial_status: "pending";
}

export interface VerificationMethod {
  readonly source: readonly string[];
  readonly criteria: readonly string[];
  readonly steps: readonly string[];
}
