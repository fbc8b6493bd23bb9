/** About so many bytes of rows travel in one event. */
const BATCH_BYTES = 16 * 1024;

/** What became of a table of rows since the last look. */
export interface RowChanges<Row> {
  readonly set: readonly Row[];
  readonly gone: readonly string[];
}

/** Tells what has changed in a table of rows, each with an id. */
export class Changes<Row> {
  readonly #idOf: (row: Row) => string;
  #known: ReadonlyMap<string, string> = new Map();

  constructor(idOf: (row: Row) => string) {
    this.#idOf = idOf;
  }

  /** The rows that are new or have changed, and the ids that are gone, in parts of a size that travels well; none where nothing has. */
  since(rows: readonly Row[]): readonly RowChanges<Row>[] {
    const present = new Map(rows.map((row) => [this.#idOf(row), JSON.stringify(row)]));
    const known = this.#known;
    this.#known = present;
    const changed = rows.filter((row) => {
      const id = this.#idOf(row);
      return known.get(id) !== present.get(id);
    });
    const gone = [...known.keys()].filter((id) => !present.has(id));
    const parts = batches(changed, (row) => present.get(this.#idOf(row))!.length, { bytes: BATCH_BYTES });
    if (gone.length === 0) return parts.map((set) => ({ set, gone }));
    return [{ set: [], gone }, ...parts.map((set) => ({ set, gone: [] }))];
  }
}

/** Cuts a list into parts of so many items and about so many bytes; an item alone may have more. */
export function batches<Item>(
  items: readonly Item[],
  bytesOf: (item: Item) => number,
  most: { readonly bytes: number; readonly items?: number },
): Item[][] {
  const parts: Item[][] = [];
  let room = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const part = parts.at(-1);
    if (part === undefined || bytes > room || part.length === most.items) {
      parts.push([item]);
      room = most.bytes - bytes;
    } else {
      part.push(item);
      room -= bytes;
    }
  }
  return parts;
}
