import type { Gateway } from "sluice";
import type { Settings } from "../../environment.ts";
import * as apps from "../../index.ts";

/** Every system in one function. A bundle for one system puts one of the files beside this in its place. */
export function gatewaysFor(settings: Settings): Readonly<Record<string, Gateway>> {
  return apps.gatewaysFor(settings);
}
