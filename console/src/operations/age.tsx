import type { ReactNode } from "react";
import { formatAge } from "./format.ts";
import type { LiveStore } from "./live/live-store.ts";
import { useServerNow } from "./now.ts";

/** How long ago something began; its own component, so that a second that passes renders nothing else. */
export function Age({ since, live }: { since: number; live: LiveStore }): ReactNode {
  return formatAge(useServerNow(live) - since);
}
