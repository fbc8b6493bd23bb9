import type { Gateway } from "sluice";
import { images } from "../../images/index.ts";

export function gatewaysFor(): Readonly<Record<string, Gateway>> {
  return { images };
}
