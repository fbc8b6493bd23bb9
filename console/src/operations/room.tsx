import type { ReactElement } from "react";

/** The room that rows out of sight take in a table. */
export function Room({ height }: { height: number }): ReactElement | null {
  return height > 0 ? <tr aria-hidden="true" style={{ height }} /> : null;
}
