import { describeAuthentication } from "./cases/authentication.ts";
import { onNode } from "./support/whole-app.ts";

describeAuthentication(onNode);
