import type { ConnectionRow } from "sluice/operations";

/** Every open connection by its id. */
export type ConnectionLines = ReadonlyMap<string, ConnectionRow>;

/** Takes what changed; a row that did not change stays the same object. */
export function foldConnections(
  lines: ConnectionLines,
  set: readonly ConnectionRow[],
  gone: readonly string[],
): ConnectionLines {
  if (set.length === 0 && gone.length === 0) return lines;
  const next = new Map(lines);
  for (const row of set) next.set(row.id, row);
  for (const id of gone) next.delete(id);
  return next;
}

/** How the viewers of each stream come: `websocket`, or `2 websocket, 1 sse`. */
export function transportMix(connections: ConnectionLines): ReadonlyMap<string, string> {
  const counts = new Map<string, Map<string, number>>();
  for (const { transport, follows } of connections.values()) {
    for (const { streamId } of follows) {
      const mix = counts.get(streamId) ?? new Map<string, number>();
      counts.set(streamId, mix.set(transport, (mix.get(transport) ?? 0) + 1));
    }
  }
  return new Map([...counts].map(([streamId, mix]) => [streamId, mixInWords(mix)]));
}

/** Events between the slowest of its cursors and the head of the stream that it follows. */
export function lagOf({ follows }: ConnectionRow): number {
  return follows.reduce((lag, { behind }) => Math.max(lag, behind), 0);
}

function mixInWords(mix: ReadonlyMap<string, number>): string {
  const parts = [...mix].sort(([a], [b]) => a.localeCompare(b));
  if (parts.length === 1 && parts[0]![1] === 1) return parts[0]![0];
  return parts.map(([transport, count]) => `${count} ${transport}`).join(", ");
}
