import { workerHandler } from "sluice/lambda";
import { keeper, newProbe } from "../keeper.ts";
import { options } from "./options.ts";

export const handler: ReturnType<typeof workerHandler> = workerHandler({ keeper: keeper(newProbe()) }, options);
