import { expect, it } from "vitest";
import { seededRandom } from "../../src/testing/seeded-random.ts";
import { runCampaign } from "./campaign.ts";

it("law 11: nothing is lost because somebody sent rubbish (a slice of `npm run fuzz`)", async () => {
  const { seed } = seededRandom();
  const { findings, frames, requests, bystanderRuns } = await runCampaign({
    frames: 5000,
    requests: 1000,
    seed,
  });
  const hint = `replay with SLUICE_TEST_SEED=${seed}, or npm run fuzz -- --seed ${seed} --frames 5000 --requests 1000`;
  expect(findings.problems, hint).toEqual([]);
  expect(frames).toBeGreaterThanOrEqual(5000);
  expect(requests).toBe(1000);
  expect(bystanderRuns).toBeGreaterThan(0);
}, 60_000);
