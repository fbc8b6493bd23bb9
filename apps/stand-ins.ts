import type { StandIn } from "sluice/emulator/bedrock";
import { goingOn } from "./going-on.ts";
import { imagesStandIn } from "./images/offline.ts";
import type { Gateways } from "./index.ts";
import { llmStandIns } from "./llm/offline.ts";
import { predictionsStandIn } from "./predictions/offline.ts";
import { realestateStandIn } from "./realestate/offline.ts";
import { titlesStandIn } from "./titles/offline.ts";

/** Who answers for each system where no model is configured: one stand-in, or several by their model ids. */
export const standIns: Readonly<Record<keyof Gateways, StandIn | Readonly<Record<string, StandIn>>>> = {
  titles: goingOn(titlesStandIn),
  images: imagesStandIn,
  llm: Object.fromEntries(Object.entries(llmStandIns).map(([id, standIn]) => [id, goingOn(standIn)])),
  realestate: realestateStandIn,
  predictions: predictionsStandIn,
};

/** The model id under which a system's stand-in answers. */
export function standInModelId(app: string): string {
  return `offline.${app}`;
}
