import { type ReactElement, memo, useCallback } from "react";
import { Age } from "../age.tsx";
import { CardList } from "../card-list.tsx";
import { formatBytes, formatCount } from "../format.ts";
import { lagOf } from "../live/connection-lines.ts";
import { useSelected } from "../live/use-selected.ts";
import type { Operations } from "../operations.ts";
import { Owner } from "../owner.tsx";
import { PANEL } from "../panel.ts";
import { useRowsOnPage } from "../visible-rows.ts";
import type { ConnectionsListProps } from "./connections-table.tsx";
import { CutButton } from "./cut-button.tsx";
import { Follows } from "./follows.tsx";

const CARD_HEIGHT = 150;

/** The open connections as cards, for narrow screens. */
export function ConnectionCards({ operations, ids }: ConnectionsListProps): ReactElement {
  const keyOf = useCallback((index: number) => ids[index]!, [ids]);
  const rows = useRowsOnPage(ids.length, CARD_HEIGHT, keyOf);
  return (
    <CardList
      label="Connections"
      ids={ids}
      rows={rows}
      renderCard={(id) => <ConnectionCard operations={operations} id={id} />}
    />
  );
}

const ConnectionCard = memo(function ConnectionCard(props: {
  operations: Operations;
  id: string;
}): ReactElement | null {
  const { operations, id } = props;
  const { live } = operations;
  const row = useSelected(live, ({ connections }) => connections.get(id));
  if (row === undefined) return null;
  const lag = lagOf(row);
  return (
    <article className={`${PANEL} grid gap-2 p-4 text-sm tabular-nums`}>
      <div className="flex items-center justify-between gap-3">
        <h2 className="text-base font-semibold">
          {row.app} <span className="font-normal text-soft">by {row.transport}</span>
        </h2>
        <CutButton operations={operations} connectionId={id} />
      </div>
      <div className="flex flex-wrap gap-x-4 text-soft">
        <Owner id={row.owner} />
        <span>
          <Age since={row.since} live={live} /> old
        </span>
        <span className={row.bufferedBytes > 0 ? "text-warn" : ""}>{formatBytes(row.bufferedBytes)} buffered</span>
        <span className={lag > 0 ? "font-semibold text-warn" : ""}>lag {formatCount(lag)}</span>
      </div>
      <code className="truncate text-[0.8125rem] text-soft">{id}</code>
      <div className="flex gap-x-2">
        <span className="text-soft">Follows</span>
        <Follows app={row.app} follows={row.follows} />
      </div>
    </article>
  );
});
