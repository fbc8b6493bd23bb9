import { describeUploads } from "../cases/uploads.ts";
import { keeperOnAws } from "../support/keepers.ts";

describeUploads(keeperOnAws);
