import { type ReactElement, memo, useCallback, useRef } from "react";
import { Age } from "../age.tsx";
import { formatBytes, formatCount } from "../format.ts";
import { lagOf } from "../live/connection-lines.ts";
import { useSelected } from "../live/use-selected.ts";
import type { Operations } from "../operations.ts";
import { Owner } from "../owner.tsx";
import { ListTable } from "../list-table.tsx";
import { useRowsInBox } from "../visible-rows.ts";
import { CutButton } from "./cut-button.tsx";
import { Follows } from "./follows.tsx";

const ROW_HEIGHT = 53;
const COLUMNS = ["Connection", "App", "Transport", "Owner", "Age", "Buffered", "Lag", "Follows"] as const;
const NUMERIC: ReadonlySet<string> = new Set(["Age", "Buffered", "Lag"]);

export interface ConnectionsListProps {
  readonly operations: Operations;
  readonly ids: readonly string[];
}

/** The open connections as a table. */
export function ConnectionsTable({ operations, ids }: ConnectionsListProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const keyOf = useCallback((index: number) => ids[index]!, [ids]);
  const rows = useRowsInBox(ids.length, ROW_HEIGHT, box, keyOf);
  return (
    <ListTable
      caption="Open connections"
      count={ids.length}
      box={box}
      rows={rows}
      head={COLUMNS.map((name) => (
        <th
          key={name}
          className={`px-3 py-2.5 font-medium ${NUMERIC.has(name) ? "text-right" : "text-left"}`}
          scope="col"
        >
          {name}
        </th>
      ))}
      renderRow={(index) => (
        <ConnectionTableRow
          key={ids[index]}
          operations={operations}
          id={ids[index]!}
          index={index}
          measure={rows.measure}
        />
      )}
    />
  );
}

interface ConnectionTableRowProps {
  readonly operations: Operations;
  readonly id: string;
  readonly index: number;
  readonly measure: (element: Element | null) => void;
}

const CELL = "px-3 py-1.5 h-12";

const ConnectionTableRow = memo(function ConnectionTableRow(props: ConnectionTableRowProps): ReactElement | null {
  const { operations, id, index, measure } = props;
  const { live } = operations;
  const row = useSelected(live, ({ connections }) => connections.get(id));
  if (row === undefined) return null;
  const lag = lagOf(row);
  return (
    <tr
      ref={measure}
      data-index={index}
      aria-rowindex={index + 2}
      className="border-t border-line focus-within:bg-accent-wash hover:bg-sunken"
    >
      <td className={`${CELL} font-mono text-[0.8125rem]`} title={id}>
        {id.length > 14 ? `${id.slice(0, 12)}…` : id}
      </td>
      <td className={CELL}>{row.app}</td>
      <td className={CELL}>{row.transport}</td>
      <td className={CELL}>
        <Owner id={row.owner} />
      </td>
      <td className={`${CELL} text-right whitespace-nowrap`}>
        <Age since={row.since} live={live} />
      </td>
      <td className={`${CELL} text-right whitespace-nowrap ${row.bufferedBytes > 0 ? "text-warn" : ""}`}>
        {formatBytes(row.bufferedBytes)}
      </td>
      <td className={`${CELL} text-right ${lag > 0 ? "font-semibold text-warn" : ""}`}>{formatCount(lag)}</td>
      <td className={CELL}>
        <Follows app={row.app} follows={row.follows} />
      </td>
      <td className={`${CELL} py-1.5 text-right`}>
        <CutButton operations={operations} connectionId={id} />
      </td>
    </tr>
  );
});
