import { describeBadMessages } from "../cases/bad-messages.ts";
import { describeBadRequests } from "../cases/bad-requests.ts";
import { onAws } from "../support/on-aws.ts";

describeBadMessages(onAws);
describeBadRequests(onAws);
