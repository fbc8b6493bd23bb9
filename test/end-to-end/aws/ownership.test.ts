import { describeOwnership } from "../cases/ownership.ts";
import { onAwsAtHome } from "../support/whole-app.ts";

describeOwnership(onAwsAtHome);
