import { type ReactElement, memo, useCallback } from "react";
import { counted } from "sluice/react-ui";
import { Age } from "../age.tsx";
import { CardList } from "../card-list.tsx";
import { CancelButton } from "../cancel-button.tsx";
import { DELTAS } from "../deltas.ts";
import { formatCount, formatRate } from "../format.ts";
import { useSelected } from "../live/use-selected.ts";
import type { Operations } from "../operations.ts";
import { Owner } from "../owner.tsx";
import { operationsHref } from "../place.ts";
import { StateWord } from "../state-word.tsx";
import { useRowsOnPage } from "../visible-rows.ts";
import type { StreamsListProps } from "./streams-table.tsx";
import { rowLinkId, useRowKeys } from "./use-row-keys.ts";
import { PANEL } from "../panel.ts";

const CARD_HEIGHT = 140;

/** The streams as cards, for narrow screens. */
export function StreamCards({ operations, arranged: { ids } }: StreamsListProps): ReactElement {
  const keyOf = useCallback((index: number) => ids[index]!, [ids]);
  const rows = useRowsOnPage(ids.length, CARD_HEIGHT, keyOf);
  useRowKeys(ids, rows.scrollTo);
  return (
    <CardList
      label="Streams"
      ids={ids}
      rows={rows}
      renderCard={(streamId) => <StreamCard operations={operations} streamId={streamId} />}
    />
  );
}

interface StreamCardProps {
  readonly operations: Operations;
  readonly streamId: string;
}

const StreamCard = memo(function StreamCard({ operations, streamId }: StreamCardProps): ReactElement {
  const { live } = operations;
  const line = useSelected(live, ({ streams }) => streams.get(streamId));
  const mix = useSelected(live, (state) => state.mix.get(streamId));
  if (line === undefined) return <div className={`${PANEL} p-4 text-soft`}>Listed no more</div>;
  const { row, tokensPerSecond } = line;
  return (
    <article className={`${PANEL} grid gap-2 p-4 text-sm tabular-nums focus-within:border-accent`}>
      <div className="flex items-baseline justify-between gap-3">
        <a id={rowLinkId(streamId)} className="link text-base" href={operationsHref(row.app, streamId)}>
          {row.app} <span className="font-normal">/ {row.route}</span>
        </a>
        <StateWord state={row.state} />
      </div>
      <div className="flex justify-between gap-3 text-soft">
        <Owner id={row.owner} />
        <span>
          <Age since={row.createdAt} live={live} /> old
        </span>
      </div>
      <div className="flex min-h-8 items-center justify-between gap-3">
        <span title={DELTAS}>
          {counted(row.tokens, "delta")}, {formatRate(tokensPerSecond)}/s, {counted(row.viewers, "viewer")}
          {mix !== undefined && <span className="text-soft"> ({mix})</span>}
        </span>
        <CancelButton operations={operations} stream={row} />
      </div>
      {row.error !== undefined && <p className="text-bad">{row.error.message}</p>}
      <span className="sluice-unseen">{formatCount(row.characters)} characters</span>
    </article>
  );
});
