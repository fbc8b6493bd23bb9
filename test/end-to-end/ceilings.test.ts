import { describeCeilings } from "./cases/ceilings.ts";
import { ceilingOnNode } from "./support/ceilings.ts";

describeCeilings(ceilingOnNode);
