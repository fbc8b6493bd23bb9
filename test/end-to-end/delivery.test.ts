import { describeDelivery } from "./cases/delivery.ts";
import { oneProcess } from "./support/one-process.ts";

describeDelivery(oneProcess);
