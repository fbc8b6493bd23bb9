import { describeCancel } from "../cases/cancel.ts";
import { onNodes } from "../support/on-nodes.ts";

describeCancel(onNodes);
