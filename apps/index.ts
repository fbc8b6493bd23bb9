import type { Logger } from "sluice";
import type { Settings } from "./environment.ts";
import { images } from "./images/index.ts";
import { llm } from "./llm/index.ts";
import { llmModels } from "./llm/models.ts";
import { predictions } from "./predictions/index.ts";
import type { realestate } from "./realestate/index.ts";
import { realestateFor } from "./realestate/settings.ts";
import { titles } from "./titles/index.ts";

/** No interface: only an alias may be handed on as a Record. */
export type Gateways = {
  readonly titles: typeof titles;
  readonly images: typeof images;
  readonly llm: ReturnType<typeof llm>;
  readonly realestate: ReturnType<typeof realestate>;
  readonly predictions: ReturnType<typeof predictions>;
};

/** Every system that `npm start` serves, each at the path segment of its name. `log` hears what concerns no single run. */
export function gatewaysFor(
  settings: Pick<Settings, "knowledgeBase" | "documents" | "model" | "llmModels">,
  log?: Logger,
): Gateways {
  return {
    titles,
    images,
    llm: llm({ models: llmModels(settings) }),
    realestate: realestateFor(settings, log),
    predictions: predictions(),
  };
}
