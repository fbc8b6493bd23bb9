import type { Gateway } from "sluice";
import { titles } from "../../titles/index.ts";

export function gatewaysFor(): Readonly<Record<string, Gateway>> {
  return { titles };
}
