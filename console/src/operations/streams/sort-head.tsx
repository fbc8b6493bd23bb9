import type { ReactElement } from "react";
import { Sign } from "../sign.tsx";
import type { SortKey, Sorting } from "./listing.ts";
import type { StreamOrder } from "./stream-order.ts";

export interface SortHeadProps {
  readonly order: StreamOrder;
  readonly sorting: Sorting;
  readonly column: SortKey;
  readonly name: string;
  /** What the name means, where it needs that. */
  readonly explained?: string;
  readonly numeric?: boolean;
}

/** Columns whose large values are looked for first. */
const LARGEST_FIRST: ReadonlySet<SortKey> = new Set(["tokens", "rate", "viewers"]);

/** The head of a column; pressing it sorts by it, and again the other way round. */
export function SortHead({ order, sorting, column, name, explained, numeric = false }: SortHeadProps): ReactElement {
  const isSorted = sorting.key === column;
  const direction = sorting.descending ? "descending" : "ascending";
  const press = (): void => {
    const descending = isSorted ? !sorting.descending : LARGEST_FIRST.has(column);
    order.arrange({ sorting: { key: column, descending } });
  };
  return (
    <th
      className={`p-0 font-medium ${numeric ? "text-right" : "text-left"}`}
      scope="col"
      title={explained}
      {...(isSorted && { "aria-sort": direction })}
    >
      <button
        className={`inline-flex w-full items-center gap-1 px-3 py-2.5 whitespace-nowrap hover:text-ink ${numeric ? "justify-end" : ""} ${isSorted ? "text-ink" : "text-soft"}`}
        type="button"
        onClick={press}
      >
        {name}
        <Sign name={direction} className={isSorted ? "size-3.5" : "hidden"} />
      </button>
    </th>
  );
}
