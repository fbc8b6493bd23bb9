import { images } from "./images/index.ts";
import { predictions } from "./predictions/index.ts";
import { realestate } from "./realestate/index.ts";
import { realestateSettings } from "./realestate/settings.ts";
import { titles } from "./titles/index.ts";

/** No interface: only an alias may be handed on as a Record. */
export type Gateways = {
  readonly titles: typeof titles;
  readonly images: typeof images;
  readonly realestate: ReturnType<typeof realestate>;
  readonly predictions: ReturnType<typeof predictions>;
};

/** Every system that `npm start` serves, each at the path segment of its name. */
export const gateways: Gateways = {
  titles,
  images,
  realestate: realestate(realestateSettings(process.env)),
  predictions: predictions(),
};
