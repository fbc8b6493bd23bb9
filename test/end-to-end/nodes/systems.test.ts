import { describeSystems } from "../cases/systems.ts";
import { onNodesAtHome } from "../support/systems-on-nodes.ts";

describeSystems(onNodesAtHome);
