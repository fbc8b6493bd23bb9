import type { Clock } from "../clock.ts";
import type { Inspection } from "../inspection.ts";
import type { NodeInfo } from "./types.ts";

/** What the routes work with. */
export interface OperationsParts {
  /** Of the engine, which is made after its gateways. */
  readonly inspection: () => Inspection;
  readonly node: Omit<NodeInfo, "now">;
  readonly clock: Clock;
}
