import { describeOwnership } from "./cases/ownership.ts";
import { onNode } from "./support/whole-app.ts";

describeOwnership(onNode);
