import { describeCuts } from "../cases/cuts.ts";
import { onAws } from "../support/on-aws.ts";

describeCuts(onAws, { streams: 25, cuts: 100 });
