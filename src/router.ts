import type { Gateway } from "./gateway.ts";
import { SluiceError } from "./protocol/errors.ts";
import { CONTROL_ACTIONS, type ControlAction } from "./protocol/frames.ts";
import type { JsonObject } from "./protocol/json.ts";
import type { AnyRoute } from "./route.ts";

/** Where a message goes: one of the actions that every app has, or a route. */
export type Destination = { readonly control: ControlAction } | { readonly route: AnyRoute; readonly name: string };

/** Finds the destination of a message by its `action` (PROTOCOL.md section 5). */
export function resolveAction(gateway: Gateway, message: JsonObject): Destination {
  const action = Object.hasOwn(message, "action") ? message["action"] : undefined;
  if (typeof action !== "string") {
    throw new SluiceError("bad_request", 'The message needs an "action".');
  }
  const control = CONTROL_ACTIONS.find((name) => name === action);
  if (control !== undefined) return { control };
  const route = Object.hasOwn(gateway.routes, action) ? gateway.routes[action] : undefined;
  if (route === undefined) throw new SluiceError("unknown_action", "There is no such action.");
  return { route, name: action };
}
