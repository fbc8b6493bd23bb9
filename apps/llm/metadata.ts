import type { JsonObject } from "sluice";

/** UTF-16 units as JSON: every frame carries it once more. */
export const MAX_METADATA = 4000;

/** Whether it is small enough to be repeated on each frame. */
export function isRepeatable(metadata: JsonObject): boolean {
  return JSON.stringify(metadata).length <= MAX_METADATA;
}
