import { expect, test } from "vitest";
import { startPredictions } from "../../apps/predictions/testing/predictions-server.ts";
import { submit } from "./clients/predictions.ts";

test("seed 004: the document's services show text and tools, and parse the final prediction", async () => {
  await using server = await startPredictions();
  const prompt = "The S&P 500 will reach 6000 points by March 2025";
  const shown = await submit(`${server.url.replace("http", "ws")}/predictions`, prompt);
  const told =
    /^I'll analyze this prediction[\s\S]*\n\[Using tool: current_time\]\n[\s\S]*\n\[Using tool: parse_date_with_timezone\]\n/;
  expect(shown.streamingText).toMatch(told);
  expect(shown.prediction).toEqual({
    prediction_statement: prompt,
    verification_date: "2025-03-31T23:59:59Z",
    date_reasoning: expect.stringContaining("by March 2025"),
    verification_method: {
      source: expect.arrayContaining([expect.any(String)]),
      criteria: expect.arrayContaining([expect.any(String)]),
      steps: expect.arrayContaining([expect.any(String)]),
    },
    initial_status: "pending",
  });
  expect(shown.response).toEqual({ results: [shown.prediction] });
});
