import type { Logger } from "sluice";
import type { Findings } from "../findings.ts";
import type { Retriever } from "../retriever.ts";

/** What the tools of one run work with. */
export interface Toolkit {
  readonly retriever: Retriever;
  readonly findings: Findings;
  readonly signal: AbortSignal;
  readonly log: Logger;
}
