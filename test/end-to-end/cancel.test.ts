import { describeCancel } from "./cases/cancel.ts";
import { oneProcess } from "./support/one-process.ts";

describeCancel(oneProcess);
