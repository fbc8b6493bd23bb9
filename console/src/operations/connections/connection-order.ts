import type { ConnectionLines } from "../live/connection-lines.ts";

/** The oldest first, so that whoever comes stands at the end and moves nobody. */
export function oldestFirst(connections: ConnectionLines): readonly string[] {
  return [...connections.values()].sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1)).map(({ id }) => id);
}
