import { describeAuthentication } from "../cases/authentication.ts";
import { describeTokensInTime } from "../cases/tokens-in-time.ts";
import { clockedOnAws } from "../support/clocked-houses.ts";
import { onAwsAtHome } from "../support/whole-app.ts";

describeAuthentication(onAwsAtHome);
describeTokensInTime(clockedOnAws);
