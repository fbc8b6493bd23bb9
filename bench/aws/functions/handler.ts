import { type LambdaHandler, messageHandler } from "sluice/lambda";
import { bench } from "./app.ts";
import { counted } from "./counted-table.ts";
import { options } from "./options.ts";

export const handler: LambdaHandler = counted("handler", messageHandler({ bench }, options));
