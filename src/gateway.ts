import type { Dialect } from "./dialect.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Authorize } from "./principal.ts";
import { RESERVED_ROUTES } from "./protocol/frames.ts";
import type { AnyRoute } from "./route.ts";

/** One system: its routes, its wire vocabulary, who may use it. No store and no I/O of its own. */
export interface Gateway<Routes extends Record<string, AnyRoute> = Record<string, AnyRoute>> {
  readonly routes: Routes;
  readonly dialect: Dialect;
  /** Absent: everybody is anonymous. */
  readonly authorize?: Authorize;
  readonly endpoints?: readonly Endpoint[];
}

/** Declares a system; throws where a route's name is reserved or could not travel as `action`. */
export function gateway<Routes extends Record<string, AnyRoute>>(options: Gateway<Routes>): Gateway<Routes> {
  for (const name of Object.keys(options.routes)) {
    if (name === "" || name.startsWith("$") || RESERVED_ROUTES.includes(name.split("/")[0]!)) {
      throw new Error(`"${name}" cannot be a route's name.`);
    }
  }
  return options;
}

/** The systems, each with an authorizer of its own or this one. */
export function guarded(
  systems: Readonly<Record<string, Gateway>>,
  authorize: Authorize | undefined,
): Readonly<Record<string, Gateway>> {
  if (authorize === undefined) return systems;
  return Object.fromEntries(
    Object.entries(systems).map(([name, system]) => [name, { ...system, authorize: system.authorize ?? authorize }]),
  );
}
