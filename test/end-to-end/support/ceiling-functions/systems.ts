import type { Gateway } from "sluice";
import type { LambdaOptions } from "sluice/lambda";
import { lambdaOptions } from "../../../../apps/aws/options.ts";
import { readEnvironment } from "../../../../apps/environment.ts";
import { gatewaysFor } from "../../../../apps/index.ts";
import { type Ceiling, under } from "../ceiling.ts";

const settings = readEnvironment(process.env);

export const gateways: Readonly<Record<string, Gateway>> = under(
  JSON.parse(process.env["TEST_CEILING"]!) as Ceiling,
  gatewaysFor(settings),
);

export const options: LambdaOptions = lambdaOptions(settings);
