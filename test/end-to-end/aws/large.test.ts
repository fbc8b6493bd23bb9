import { describeLarge } from "../cases/large.ts";
import { onAws } from "../support/on-aws.ts";

describeLarge(onAws);
