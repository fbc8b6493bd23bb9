import { describeShutdown } from "./cases/shutdown.ts";
import { ownProcess } from "./support/own-process.ts";

describeShutdown(ownProcess);
