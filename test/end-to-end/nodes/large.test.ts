import { describeLarge } from "../cases/large.ts";
import { onNodes } from "../support/on-nodes.ts";

describeLarge(onNodes);
