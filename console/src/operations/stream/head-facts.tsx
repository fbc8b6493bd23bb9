import { type ReactElement, type ReactNode, memo } from "react";
import type { StreamRow } from "sluice/operations";
import { counted } from "sluice/react-ui";
import { Age } from "../age.tsx";
import { formatClock, formatCount, formatMs } from "../format.ts";
import { useSelected } from "../live/use-selected.ts";
import type { Operations } from "../operations.ts";
import { Owner } from "../owner.tsx";
import { type Timeline, beginningOf } from "./timeline.ts";

export interface HeadFactsProps {
  readonly operations: Operations;
  readonly timeline: Timeline;
  readonly streamId: string;
  readonly state: StreamRow["state"];
}

/** What is known of the stream as a whole. */
export const HeadFacts = memo(function HeadFacts(props: HeadFactsProps): ReactElement {
  const { timeline, streamId, state } = props;
  const { live } = props.operations;
  const { head, entries, textEnds } = timeline;
  const row = useSelected(live, ({ streams }) => streams.get(streamId)?.row);
  const mix = useSelected(live, (all) => all.mix.get(streamId));
  const began = beginningOf(timeline);
  const last = entries.at(-1);
  const texts = entries.filter(({ event }) => event.type === "text-delta");
  const firstText = texts[0];
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm tabular-nums sm:grid-cols-3 lg:grid-cols-5">
      <Fact name="Owner">
        <Owner id={head?.owner ?? row?.owner ?? ""} />
      </Fact>
      <Fact name="Began">
        <time dateTime={new Date(began).toISOString()}>{formatClock(began)}</time>
        {state === "running" && (
          <span className="text-soft">
            , <Age since={began} live={live} /> ago
          </span>
        )}
      </Fact>
      {state !== "running" && last !== undefined && <Fact name="Lasted">{formatMs(last.at - began)}</Fact>}
      {firstText !== undefined && <Fact name="First text after">{formatMs(firstText.at - began)}</Fact>}
      <Fact name="Text">
        {counted(texts.length, "delta")}, {formatCount(textEnds.at(-1) ?? 0)} characters
      </Fact>
      {row !== undefined && (
        <Fact name="Viewers">
          {formatCount(row.viewers)} {mix !== undefined && <span className="text-soft">({mix})</span>}
        </Fact>
      )}
      <Fact name="Writers">{epochsInWords(timeline)}</Fact>
      {head?.requestId !== undefined && (
        <Fact name="Request">
          <code className="block truncate" title={head.requestId}>
            {head.requestId}
          </code>
        </Fact>
      )}
      {row?.lastEventAt !== undefined && state === "running" && (
        <Fact name="Last event">
          <Age since={row.lastEventAt} live={live} /> ago
        </Fact>
      )}
    </dl>
  );
});

function Fact({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="min-w-0">
      <dt className="text-soft">{name}</dt>
      <dd className="font-medium">{children}</dd>
    </div>
  );
}

/** A stream has another writer where a process took over the run of one that died. */
function epochsInWords({ entries }: Timeline): string {
  const epochs = new Set(entries.map(({ epoch }) => epoch)).size;
  return epochs <= 1 ? "1" : `${epochs}, one after the other`;
}
