import { describeBadMessages } from "../cases/bad-messages.ts";
import { describeBadRequests } from "../cases/bad-requests.ts";
import { onAws } from "../support/on-aws.ts";

describeBadMessages(onAws, {
  "a flood of messages is answered whole and in order":
    "API Gateway invokes the function for each message at once, and promises no order",
});
describeBadRequests(onAws, {
  "an upgrade to no app is 404, whatever its path": "API Gateway answers 403 where no stage has that name",
  "a foreign Host is 403 everywhere but at the operations; on the WebSocket too":
    "AWS's own edge knows its host names, and answers before any function",
});
