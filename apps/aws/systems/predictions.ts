import type { Gateway } from "sluice";
import { predictions } from "../../predictions/index.ts";

export function gatewaysFor(): Readonly<Record<string, Gateway>> {
  return { predictions: predictions() };
}
