import { describeCuts } from "../cases/cuts.ts";
import { onNodes } from "../support/on-nodes.ts";

describeCuts(onNodes);
