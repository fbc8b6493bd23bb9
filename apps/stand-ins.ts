import type { StandIn } from "sluice/emulator/bedrock";
import type { Gateways } from "./index.ts";
import { titlesStandIn } from "./titles/offline.ts";

/** Who answers for each system where no model is configured. */
export const standIns: Readonly<Record<keyof Gateways, StandIn>> = { titles: titlesStandIn };

/** The model id under which a system's stand-in answers. */
export function standInModelId(app: string): string {
  return `offline.${app}`;
}
