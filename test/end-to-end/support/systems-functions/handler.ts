import { messageHandler } from "sluice/lambda";
import { gateways, options } from "./systems.ts";

export const handler: ReturnType<typeof messageHandler> = messageHandler(gateways, options);
