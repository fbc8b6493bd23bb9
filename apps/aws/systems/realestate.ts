import type { Gateway } from "sluice";
import type { Settings } from "../../environment.ts";
import { realestateFor } from "../../realestate/settings.ts";

export function gatewaysFor(settings: Settings): Readonly<Record<string, Gateway>> {
  return { realestate: realestateFor(settings) };
}
