import type { Gateway } from "../gateway.ts";
import type { JsonObject } from "../protocol/json.ts";
import type { AnyRoute, Route } from "../route.ts";

/** Any gateway, whatever its routes. */
export type AnyGateway = Gateway<Record<string, AnyRoute>>;

type RoutesOf<System> = System extends Gateway<infer Routes> ? Routes : never;

/** The names of a system's routes. */
export type RouteName<System> = keyof RoutesOf<System> & string;

/** What the route takes: the input of its schema, or any JSON object where the type does not tell. */
export type RouteInput<System, Name extends RouteName<System>> =
  RoutesOf<System>[Name] extends Route<infer Input, infer _Result>
    ? unknown extends Input
      ? JsonObject
      : Input
    : never;

/** What the route's handler returns. */
export type RouteResult<System, Name extends RouteName<System>> =
  RoutesOf<System>[Name] extends Route<infer _Input, infer Result> ? Result : never;
