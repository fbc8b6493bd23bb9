import { titles } from "./titles/index.ts";

/** No interface: only an alias may be handed on as a Record. */
export type Gateways = {
  readonly titles: typeof titles;
};

/** Every system that `npm start` serves, each at the path segment of its name. */
export const gateways: Gateways = { titles };
