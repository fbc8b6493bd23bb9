/** The function behind the WebSocket API. */
import { gatewaysFor } from "#systems";
import { messageHandler } from "sluice/lambda";
import { readEnvironment } from "../environment.ts";
import { lambdaOptions } from "./options.ts";

const settings = readEnvironment(process.env);

export const handler: ReturnType<typeof messageHandler> = messageHandler(
  gatewaysFor(settings),
  lambdaOptions(settings),
);
