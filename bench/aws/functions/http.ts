import { httpHandler } from "sluice/lambda";
import { bench } from "./app.ts";
import { options } from "./options.ts";

export const handler: ReturnType<typeof httpHandler> = httpHandler({ bench }, options);
