import { describeUploads } from "./cases/uploads.ts";
import { keeperOnNode } from "./support/keepers.ts";

describeUploads(keeperOnNode);
