import type { AnyRoute, Gateway } from "sluice";
import type { Deployment } from "./deployment.ts";

/** What keeps a run from costing more. */
export type Ceiling = Partial<Pick<AnyRoute, "maxTokens" | "timeoutMs" | "stopWhenUnwatchedMs">>;

/** All systems, offline, at a model's pace, with these options on each of their routes. */
export type MakeCeiling = (ceiling: Ceiling) => Promise<Deployment>;

export const PACE = { tokensPerSecond: 60, firstTokenMs: 20 };

/** The same systems with these options on each route. */
export function under(ceiling: Ceiling, gateways: Readonly<Record<string, Gateway>>): Record<string, Gateway> {
  return Object.fromEntries(
    Object.entries(gateways).map(([app, system]) => {
      const routes = Object.entries(system.routes).map(([name, declared]) => [name, { ...declared, ...ceiling }]);
      return [app, { ...system, routes: Object.fromEntries(routes) as Gateway["routes"] }];
    }),
  );
}
