import type { Settings } from "./environment.ts";
import { images } from "./images/index.ts";
import { predictions } from "./predictions/index.ts";
import { realestate } from "./realestate/index.ts";
import { realestateOptions } from "./realestate/settings.ts";
import { titles } from "./titles/index.ts";

/** No interface: only an alias may be handed on as a Record. */
export type Gateways = {
  readonly titles: typeof titles;
  readonly images: typeof images;
  readonly realestate: ReturnType<typeof realestate>;
  readonly predictions: ReturnType<typeof predictions>;
};

/** Every system that `npm start` serves, each at the path segment of its name. */
export function gatewaysFor({ knowledgeBase, documents }: Pick<Settings, "knowledgeBase" | "documents">): Gateways {
  const sources = { ...(knowledgeBase !== undefined && { knowledgeBase }), ...(documents !== undefined && { documents }) };
  return { titles, images, realestate: realestate(realestateOptions(sources)), predictions: predictions() };
}
