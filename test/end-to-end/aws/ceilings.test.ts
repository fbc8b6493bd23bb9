import { describeCeilings } from "../cases/ceilings.ts";
import { ceilingOnAws } from "../support/ceilings.ts";

describeCeilings(ceilingOnAws);
