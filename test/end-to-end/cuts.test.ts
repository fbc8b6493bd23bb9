import { describeCuts } from "./cases/cuts.ts";
import { oneProcess } from "./support/one-process.ts";

describeCuts(oneProcess);
