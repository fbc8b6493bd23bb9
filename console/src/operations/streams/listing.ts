import type { StreamRow } from "sluice/operations";
import type { StreamLine, StreamLines } from "../live/stream-lines.ts";

/** The columns that a reader may sort by. */
export type SortKey = "state" | "app" | "route" | "owner" | "age" | "tokens" | "rate" | "viewers";

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** The newest first, until the reader wants otherwise. */
export const NEWEST_FIRST: Sorting = { key: "age", descending: false };

/** What the reader wants to see. */
export interface Filter {
  /** Words that each must occur in app, route, owner or id. */
  readonly words: string;
  /** Empty: every state. */
  readonly state: StreamRow["state"] | "";
}

export const NO_FILTER: Filter = { words: "", state: "" };

/** Whether this stream is among those wanted. */
function isWanted({ row }: StreamLine, filter: Filter): boolean {
  if (filter.state !== "" && row.state !== filter.state) return false;
  const haystack = `${row.app} ${row.route} ${row.owner} ${row.streamId} ${row.error?.code ?? ""}`.toLowerCase();
  return filter.words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** The ids of the wanted streams in the order that the reader asked for. */
export function sorted(lines: StreamLines, filter: Filter, sorting: Sorting): readonly string[] {
  return wanted(lines, filter).sort(comparing(sorting)).map(idOf);
}

/**
 * The order after a change: what was listed keeps its place, what is no longer wanted leaves, and what is new goes where
 * the sorting puts it. So no row moves because its numbers grew. The same array where nothing came or left.
 */
export function reordered(
  order: readonly string[],
  lines: StreamLines,
  filter: Filter,
  sorting: Sorting,
): readonly string[] {
  const listed = new Set(order);
  const compare = comparing(sorting);
  const fresh = wanted(lines, filter)
    .filter((line) => !listed.has(line.row.streamId))
    .sort(compare);
  const kept = order.map((id) => lines.get(id)).filter((line) => line !== undefined && isWanted(line, filter));
  if (fresh.length === 0 && kept.length === order.length) return order;
  const next: string[] = [];
  for (const line of kept as StreamLine[]) {
    while (fresh.length > 0 && compare(fresh[0]!, line) < 0) next.push(fresh.shift()!.row.streamId);
    next.push(line.row.streamId);
  }
  return [...next, ...fresh.map(idOf)];
}

const STATES: readonly StreamRow["state"][] = ["running", "error", "cancelled", "complete"];

type Value = string | number;

const VALUES: Readonly<Record<SortKey, (line: StreamLine) => Value>> = {
  state: ({ row }) => STATES.indexOf(row.state),
  app: ({ row }) => row.app,
  route: ({ row }) => row.route,
  owner: ({ row }) => row.owner,
  // The younger, the smaller its age.
  age: ({ row }) => -row.createdAt,
  tokens: ({ row }) => row.tokens,
  rate: ({ tokensPerSecond }) => tokensPerSecond,
  viewers: ({ row }) => row.viewers,
};

function comparing({ key, descending }: Sorting): (a: StreamLine, b: StreamLine) => number {
  const value = VALUES[key];
  const direction = descending ? -1 : 1;
  return (a, b) =>
    direction * compareValues(value(a), value(b)) ||
    b.row.createdAt - a.row.createdAt ||
    compareValues(a.row.streamId, b.row.streamId);
}

function compareValues(a: Value, b: Value): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function wanted(lines: StreamLines, filter: Filter): StreamLine[] {
  return [...lines.values()].filter((line) => isWanted(line, filter));
}

function idOf({ row }: StreamLine): string {
  return row.streamId;
}
