import { describeTitles } from "../cases/titles.ts";
import { onNodesAtHome } from "../support/systems-on-nodes.ts";

describeTitles(onNodesAtHome);
