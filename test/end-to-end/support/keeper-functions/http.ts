import { httpHandler } from "sluice/lambda";
import { keeper, newProbe } from "../keeper.ts";
import { options } from "./options.ts";

export const handler: ReturnType<typeof httpHandler> = httpHandler({ keeper: keeper(newProbe()) }, options);
