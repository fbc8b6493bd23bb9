import type { Gateway } from "sluice";
import { jwt } from "sluice/auth/jwt";
import type { LambdaOptions } from "sluice/lambda";
import { lambdaOptions } from "../../../../apps/aws/options.ts";
import { readEnvironment } from "../../../../apps/environment.ts";
import { gatewaysFor } from "../../../../apps/index.ts";
import { type Ceiling, under } from "../ceiling.ts";
import { fileClock } from "../file-clock.ts";

const settings = readEnvironment(process.env);
const { TEST_CEILING = "{}", TEST_CLOCK } = process.env;

/** All systems, under the ceiling that the test wants. */
export const gateways: Readonly<Record<string, Gateway>> = under(
  JSON.parse(TEST_CEILING) as Ceiling,
  gatewaysFor(settings),
);

/** As in apps/aws, by the test's own clock where it gives one. */
export const options: LambdaOptions = {
  ...lambdaOptions(settings),
  ...(TEST_CLOCK !== undefined && timed(TEST_CLOCK)),
};

function timed(path: string): Partial<LambdaOptions> {
  const clock = fileClock(path);
  return { clock, ...(settings.jwt !== undefined && { authorize: jwt({ ...settings.jwt, clock }) }) };
}
