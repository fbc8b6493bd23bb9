import { describeAuthentication } from "../cases/authentication.ts";
import { onAwsAtHome } from "../support/whole-app.ts";

describeAuthentication(onAwsAtHome);
