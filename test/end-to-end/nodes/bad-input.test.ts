import { describeBadMessages } from "../cases/bad-messages.ts";
import { describeBadRequests } from "../cases/bad-requests.ts";
import { onNodes } from "../support/on-nodes.ts";

describeBadMessages(onNodes);
describeBadRequests(onNodes, {
  "each gets its status and the dialect's error; the server goes on":
    "the forwarder before the nodes drops a refusal that comes while a body of 2 MB is still being sent",
});
