import type { AnyRoute, Gateway } from "sluice";
import type { Deployment } from "./deployment.ts";

/** What keeps a run from costing more; its tokens for each system, since their prompts are not of one length. */
export interface Ceiling extends Partial<Pick<AnyRoute, "timeoutMs" | "stopWhenUnwatchedMs">> {
  readonly maxTokens?: Readonly<Record<string, number>>;
}

/** Starts all systems, offline, with these options on each of their routes. */
export type MakeCeiling = (ceiling: Ceiling, tokensPerSecond: number) => Promise<Deployment>;

/** Until a model's first word. */
export const FIRST_TOKEN_MS = 20;

/** The same systems with these options on each route. */
export function under(
  { maxTokens, ...times }: Ceiling,
  gateways: Readonly<Record<string, Gateway>>,
): Record<string, Gateway> {
  return Object.fromEntries(
    Object.entries(gateways).map(([app, system]) => {
      const own = { ...times, ...(maxTokens?.[app] !== undefined && { maxTokens: maxTokens[app] }) };
      const routes = Object.entries(system.routes).map(([name, declared]) => [name, { ...declared, ...own }]);
      return [app, { ...system, routes: Object.fromEntries(routes) as Gateway["routes"] }];
    }),
  );
}
