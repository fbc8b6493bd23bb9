import { describeOwnership } from "../cases/ownership.ts";
import { onNodesAtHome } from "../support/systems-on-nodes.ts";

describeOwnership(onNodesAtHome);
