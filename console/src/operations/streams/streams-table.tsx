import { type ReactElement, memo, useCallback, useRef } from "react";
import { Age } from "../age.tsx";
import { CancelButton } from "../cancel-button.tsx";
import { DELTAS } from "../deltas.ts";
import { formatAge, formatCount, formatRate } from "../format.ts";
import { useSelected } from "../live/use-selected.ts";
import type { Operations } from "../operations.ts";
import { Owner } from "../owner.tsx";
import { StreamLink } from "../stream-link.tsx";
import { StateWord } from "../state-word.tsx";
import { ListTable } from "../list-table.tsx";
import { useRowsInBox } from "../visible-rows.ts";
import { SortHead } from "./sort-head.tsx";
import type { Arrangement, StreamOrder } from "./stream-order.ts";
import { rowLinkId, useRowKeys } from "./use-row-keys.ts";

const ROW_HEIGHT = 45;

export interface StreamsListProps {
  readonly operations: Operations;
  readonly order: StreamOrder;
  readonly arranged: Arrangement;
}

/** The streams as a table; only the rows in sight are rendered where there are many. */
export function StreamsTable({ operations, order, arranged }: StreamsListProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const { ids, sorting } = arranged;
  const keyOf = useCallback((index: number) => ids[index]!, [ids]);
  const rows = useRowsInBox(ids.length, ROW_HEIGHT, box, keyOf);
  useRowKeys(ids, rows.scrollTo);
  const head = { order, sorting };
  return (
    <ListTable
      caption="Streams that run, or ended in the last five minutes"
      count={ids.length}
      box={box}
      rows={rows}
      head={
        <>
          <SortHead {...head} column="state" name="State" />
          <SortHead {...head} column="app" name="App" />
          <SortHead {...head} column="route" name="Route" />
          <th className="px-3 py-2.5 text-left font-medium" scope="col">
            Stream
          </th>
          <SortHead {...head} column="owner" name="Owner" />
          <SortHead {...head} column="age" name="Age" numeric />
          <SortHead {...head} column="tokens" name="Deltas" explained={DELTAS} numeric />
          <SortHead {...head} column="rate" name="Deltas/s" explained={DELTAS} numeric />
          <SortHead {...head} column="viewers" name="Viewers" numeric />
          <th className="px-3 py-2.5 text-left font-medium" scope="col">
            Transport
          </th>
        </>
      }
      renderRow={(index) => (
        <StreamTableRow
          key={ids[index]}
          operations={operations}
          streamId={ids[index]!}
          index={index}
          measure={rows.measure}
        />
      )}
    />
  );
}

interface StreamTableRowProps {
  readonly operations: Operations;
  readonly streamId: string;
  readonly index: number;
  readonly measure: (element: Element | null) => void;
}

const CELL = "px-3 py-1 h-11";

const StreamTableRow = memo(function StreamTableRow(props: StreamTableRowProps): ReactElement {
  const { operations, streamId, index, measure } = props;
  const { live } = operations;
  const line = useSelected(live, ({ streams }) => streams.get(streamId));
  const mix = useSelected(live, (state) => state.mix.get(streamId));
  const place = { ref: measure, "data-index": index, "aria-rowindex": index + 2 };
  if (line === undefined) {
    return (
      <tr {...place}>
        <td className={`${CELL} text-soft`} colSpan={11}>
          Listed no more
        </td>
      </tr>
    );
  }
  const { row, tokensPerSecond } = line;
  return (
    <tr {...place} className="border-t border-line scroll-mt-12 focus-within:bg-accent-wash hover:bg-sunken">
      <td className={CELL}>
        <StateWord state={row.state} />
      </td>
      <td className={CELL}>{row.app}</td>
      <td className={CELL}>{row.route}</td>
      <td className={CELL}>
        <StreamLink id={rowLinkId(streamId)} app={row.app} streamId={streamId} />
      </td>
      <td className={CELL}>
        <Owner id={row.owner} />
      </td>
      <td className={`${CELL} text-right whitespace-nowrap`}>
        <Age since={row.createdAt} live={live} />
        {row.endedAt !== undefined && (
          <span className="sluice-unseen">, lasted {formatAge(row.endedAt - row.createdAt)}</span>
        )}
      </td>
      <td className={`${CELL} text-right`}>{formatCount(row.tokens)}</td>
      <td className={`${CELL} text-right`}>{formatRate(tokensPerSecond)}</td>
      <td className={`${CELL} text-right`}>{formatCount(row.viewers)}</td>
      <td className={`${CELL} text-soft whitespace-nowrap`}>{mix ?? "–"}</td>
      <td className={`${CELL} text-right`}>
        <CancelButton operations={operations} stream={row} />
      </td>
    </tr>
  );
});
