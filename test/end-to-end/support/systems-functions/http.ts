import { httpHandler } from "sluice/lambda";
import { gateways, options } from "./systems.ts";

export const handler: ReturnType<typeof httpHandler> = httpHandler(gateways, options);
