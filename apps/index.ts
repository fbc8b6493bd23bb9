import type { Settings } from "./environment.ts";
import { images } from "./images/index.ts";
import { llm } from "./llm/index.ts";
import { llmStandIns } from "./llm/offline.ts";
import { predictions } from "./predictions/index.ts";
import { realestate } from "./realestate/index.ts";
import { realestateOptions } from "./realestate/settings.ts";
import { titles } from "./titles/index.ts";

/** No interface: only an alias may be handed on as a Record. */
export type Gateways = {
  readonly titles: typeof titles;
  readonly images: typeof images;
  readonly llm: ReturnType<typeof llm>;
  readonly realestate: ReturnType<typeof realestate>;
  readonly predictions: ReturnType<typeof predictions>;
};

/** Every system that `npm start` serves, each at the path segment of its name. */
export function gatewaysFor(settings: Pick<Settings, "knowledgeBase" | "documents" | "model" | "llmModels">): Gateways {
  const { knowledgeBase, documents } = settings;
  const passages = {
    ...(knowledgeBase !== undefined && { knowledgeBase }),
    ...(documents !== undefined && { documents }),
  };
  return {
    titles,
    images,
    llm: llm({ models: llmModels(settings) }),
    realestate: realestate(realestateOptions(passages)),
    predictions: predictions(),
  };
}

/** The models that clients of the LLM gateway may choose from; the configured one first. */
export function llmModels({ model, llmModels: further }: Pick<Settings, "model" | "llmModels">): [string, ...string[]] {
  const [first, ...others] = model.kind === "offline" ? Object.keys(llmStandIns) : [model.modelId, ...further];
  return [first!, ...others];
}
