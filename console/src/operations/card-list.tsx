import type { ReactElement, ReactNode, RefObject } from "react";
import type { VisibleRows } from "./visible-rows.ts";

export interface CardListProps {
  readonly label: string;
  readonly ids: readonly string[];
  readonly rows: VisibleRows & { readonly list: RefObject<HTMLUListElement | null> };
  readonly renderCard: (id: string) => ReactNode;
}

/** A list of cards, for narrow screens; only those in sight are rendered where there are many. */
export function CardList({ label, ids, rows, renderCard }: CardListProps): ReactElement {
  const { list, indexes, before, after, measure } = rows;
  return (
    <ul ref={list} aria-label={label} style={{ paddingTop: before, paddingBottom: after }}>
      {indexes.map((index) => (
        <li
          key={ids[index]}
          ref={measure}
          data-index={index}
          className="pb-3"
          aria-setsize={ids.length}
          aria-posinset={index + 1}
        >
          {renderCard(ids[index]!)}
        </li>
      ))}
    </ul>
  );
}
