import { describeCrash } from "./cases/crash.ts";
import { ownProcess } from "./support/own-process.ts";

describeCrash(ownProcess);
