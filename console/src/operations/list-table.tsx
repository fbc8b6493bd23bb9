import type { ReactElement, ReactNode, RefObject } from "react";
import { PANEL } from "./panel.ts";
import { Room } from "./room.tsx";
import type { VisibleRows } from "./visible-rows.ts";

export interface ListTableProps {
  readonly caption: string;
  readonly count: number;
  readonly box: RefObject<HTMLDivElement | null>;
  readonly rows: VisibleRows;
  /** The cells of the head, but for the last one, which is the actions'. */
  readonly head: ReactNode;
  readonly renderRow: (index: number) => ReactNode;
}

/** A table in a box that scrolls under its head; only the rows in sight are rendered where there are many. */
export function ListTable({ caption, count, box, rows, head, renderRow }: ListTableProps): ReactElement {
  return (
    <div ref={box} className={`${PANEL} max-h-[max(24rem,calc(100dvh-11rem))] overflow-auto`}>
      <table className="w-full border-collapse text-sm tabular-nums" aria-rowcount={count + 1}>
        <caption className="sluice-unseen">{caption}</caption>
        <thead className="sticky top-0 z-[1] bg-surface text-soft shadow-[0_1px_0_var(--sluice-line)]">
          <tr>
            {head}
            <th className="w-28" scope="col">
              <span className="sluice-unseen">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <Room height={rows.before} />
          {rows.indexes.map(renderRow)}
          <Room height={rows.after} />
        </tbody>
      </table>
    </div>
  );
}
