import { describeDelivery } from "../cases/delivery.ts";
import { onNodes } from "../support/on-nodes.ts";

describeDelivery(onNodes);
