import { messageHandler } from "sluice/lambda";
import { proof } from "../proof-app.ts";
import { options } from "./options.ts";

export const handler: ReturnType<typeof messageHandler> = messageHandler({ proof }, options);
