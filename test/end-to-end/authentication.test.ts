import { describeAuthentication } from "./cases/authentication.ts";
import { describeTokensInTime } from "./cases/tokens-in-time.ts";
import { clockedOnNode } from "./support/clocked-houses.ts";
import { onNode } from "./support/whole-app.ts";

describeAuthentication(onNode);
describeTokensInTime(clockedOnNode);
