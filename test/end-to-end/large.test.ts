import { describeLarge } from "./cases/large.ts";
import { oneProcess } from "./support/one-process.ts";

describeLarge(oneProcess);
