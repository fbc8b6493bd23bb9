import { SluiceError } from "./protocol/errors.ts";

/** A place in a list that is ordered by creation, newest first, and among equals by id, descending. */
export interface Cursor {
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly id: string;
}

const FORM = /^(\d{1,16})\.(.+)$/su;

/** Writes the place of the last item of a page, for the page's `nextCursor`. */
export function formatCursor(last: Cursor): string {
  return `${last.createdAt}.${last.id}`;
}

/** Reads a `nextCursor` back; `bad_request` for any other text. */
export function parseCursor(text: string): Cursor {
  const parts = FORM.exec(text);
  if (parts === null) throw new SluiceError("bad_request", "The cursor is not one that a list gave.");
  return { createdAt: Number(parts[1]), id: parts[2]! };
}

/** Orders a list, newest first. */
export function byNewest(left: Cursor, right: Cursor): number {
  if (left.createdAt !== right.createdAt) return right.createdAt - left.createdAt;
  return left.id === right.id ? 0 : left.id < right.id ? 1 : -1;
}

/** Cuts a page out of what comes after its cursor: `found` holds one item more than `limit` where the list goes on. */
export function pageOf<T>(found: readonly T[], limit: number, placeOf: (item: T) => Cursor): Page<T> {
  if (found.length <= limit) return { items: found };
  const items = found.slice(0, limit);
  return { items, nextCursor: formatCursor(placeOf(items.at(-1)!)) };
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor?: string;
}
