/** The function that runs the routes. */
import { gatewaysFor } from "#systems";
import { workerHandler } from "sluice/lambda";
import { readEnvironment } from "../environment.ts";
import { lambdaOptions } from "./options.ts";

const settings = readEnvironment(process.env);

export const handler: ReturnType<typeof workerHandler> = workerHandler(gatewaysFor(settings), lambdaOptions(settings));
