import { workerHandler } from "sluice/lambda";
import { gateways, options } from "./systems.ts";

export const handler: ReturnType<typeof workerHandler> = workerHandler(gateways, options);
