import { describeAuthentication } from "../cases/authentication.ts";
import { describeTokensInTime } from "../cases/tokens-in-time.ts";
import { clockedOnNodes, onNodesAtHome } from "../support/systems-on-nodes.ts";

describeAuthentication(onNodesAtHome);
describeTokensInTime(clockedOnNodes);
