import { describeBadMessages } from "./cases/bad-messages.ts";
import { describeBadRequests } from "./cases/bad-requests.ts";
import { oneProcess } from "./support/one-process.ts";

describeBadMessages(oneProcess);
describeBadRequests(oneProcess);
