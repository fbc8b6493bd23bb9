import type { Prediction } from "../prediction.ts";

/** A prediction that fits its schema, and says little. */
export const A_PREDICTION: Prediction = {
  prediction_statement: "It rains",
  verification_date: "2025-12-31T23:59:59Z",
  date_reasoning: "The year ends",
  verification_method: { source: ["a"], criteria: ["b"], steps: ["c"] },
  initial_status: "pending",
};
