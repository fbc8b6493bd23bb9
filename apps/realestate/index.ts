import { type Clock, type Gateway, type Route, gateway } from "sluice";
import { realestateDialect } from "./dialect.ts";
import { type InvokeInput, invokeRoute } from "./invoke.ts";
import type { InvokeResult, OrchestratorOptions } from "./orchestrator.ts";

export interface RealestateOptions extends OrchestratorOptions {
  readonly clock?: Clock;
}

/** Questions about real estate, answered by an agent out of documents, with citations. */
export function realestate(options: RealestateOptions): Gateway<{ invoke: Route<InvokeInput, InvokeResult> }> {
  return gateway({ routes: { invoke: invokeRoute(options) }, dialect: realestateDialect(options.clock) });
}
