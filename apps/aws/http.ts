/** The function behind the HTTP addresses. */
import { gatewaysFor } from "#systems";
import { httpHandler } from "sluice/lambda";
import { readEnvironment } from "../environment.ts";
import { lambdaOptions } from "./options.ts";

const settings = readEnvironment(process.env);

export const handler: ReturnType<typeof httpHandler> = httpHandler(gatewaysFor(settings), lambdaOptions(settings));
