import { describeCeilings } from "../cases/ceilings.ts";
import { ceilingOnNodes } from "../support/systems-on-nodes.ts";

describeCeilings(ceilingOnNodes);
