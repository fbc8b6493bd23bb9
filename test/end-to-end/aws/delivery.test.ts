import { describeDelivery } from "../cases/delivery.ts";
import { onAws } from "../support/on-aws.ts";

describeDelivery(onAws);
