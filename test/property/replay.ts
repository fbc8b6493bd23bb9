import type { Parameters } from "fast-check";

/** How many sequences each property tries; by default few enough for every run of the tests. */
export const RUNS_VARIABLE = "SLUICE_PROPERTY_RUNS";
/** The seed and the path that fast-check printed with a failure, to meet it again. */
export const SEED_VARIABLE = "SLUICE_PROPERTY_SEED";
export const PATH_VARIABLE = "SLUICE_PROPERTY_PATH";

/** What fast-check is told: so many runs, or the failure that the environment names. */
export function campaign<Sample>(runs: number): Parameters<Sample> {
  const { [RUNS_VARIABLE]: wanted, [SEED_VARIABLE]: seed, [PATH_VARIABLE]: path } = process.env;
  return {
    numRuns: wanted ? Number(wanted) : runs,
    ...(seed ? { seed: Number(seed) } : {}),
    ...(path ? { path, endOnFailure: true } : {}),
  };
}
