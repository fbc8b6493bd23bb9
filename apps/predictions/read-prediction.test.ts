import { describe, expect, test } from "vitest";
import { readPrediction } from "./read-prediction.ts";

const GOOD = {
  prediction_statement: 'It says "{"',
  verification_date: "2025-12-31T23:59:59Z",
  date_reasoning: "The year ends",
  verification_method: { source: ["a"], criteria: ["b"], steps: ["c"] },
  initial_status: "pending",
};
const JSON_TEXT = JSON.stringify(GOOD, undefined, 2);

describe("a prediction in a model's message", () => {
  test.each([
    ["alone", JSON_TEXT],
    ["in a block", `Here it is:\n\`\`\`json\n${JSON_TEXT}\n\`\`\`\nDone.`],
    ["after a brace that opens nothing", `A set { of words.\n${JSON_TEXT}`],
    ["after a draft", `{"prediction_statement": "draft"}\nNo, better:\n${JSON_TEXT}`],
    ["beside fields that nobody asked for", JSON.stringify({ ...GOOD, confidence: 0.9 })],
  ])("is read %s", (_where, text) => expect(readPrediction(text)).toEqual({ prediction: GOOD }));

  test.each([
    ["no JSON", "I would rather not.", "holds no JSON object"],
    ["JSON that breaks off", JSON_TEXT.slice(0, -2), "prediction_statement"],
    ["a list", "[1, 2]", "holds no JSON object"],
    ["a wrong status", JSON.stringify({ ...GOOD, initial_status: "done" }), "initial_status"],
    [
      "a local date",
      JSON.stringify({ ...GOOD, verification_date: "2025-12-31" }),
      "verification_date: must be ISO 8601",
    ],
    ["an impossible date", JSON.stringify({ ...GOOD, verification_date: "2025-02-30T00:00:00Z" }), "verification_date"],
    ["no steps", JSON.stringify({ ...GOOD, verification_method: { source: ["a"], criteria: ["b"] } }), "steps"],
  ])("law 11: %s gives its reasons", (_what, text, reason) => {
    const reading = readPrediction(text);
    expect("reasons" in reading ? reading.reasons.join("; ") : "read").toContain(reason);
  });

  test("a long text of stray braces takes no long search", () => {
    expect(readPrediction("{".repeat(200_000))).toHaveProperty("reasons");
  });
});
