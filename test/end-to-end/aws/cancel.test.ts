import { describeCancel } from "../cases/cancel.ts";
import { onAws } from "../support/on-aws.ts";

describeCancel(onAws);
