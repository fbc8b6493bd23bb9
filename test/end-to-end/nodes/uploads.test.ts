import { describeUploads } from "../cases/uploads.ts";
import { keeperOnNodes } from "../support/systems-on-nodes.ts";

describeUploads(keeperOnNodes);
