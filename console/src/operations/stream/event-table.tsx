import { type ReactElement, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { counted } from "sluice/react-ui";
import { PANEL } from "../panel.ts";
import { operationsHref } from "../place.ts";
import { Room } from "../room.tsx";
import { ScrollBox } from "../scroll-box.tsx";
import { useRowsInBox } from "../visible-rows.ts";
import { EVERY_EVENT, typesIn, wantedEvents } from "./event-list.ts";
import { EventRow, WIDE } from "./event-row.tsx";
import { type Timeline, beginningOf } from "./timeline.ts";

export interface EventTableProps {
  readonly app: string;
  readonly streamId: string;
  readonly timeline: Timeline;
  /** The seq that the page's address points to. */
  readonly at: number | undefined;
  /** How many entries the replay shows; the others stand on a darker ground. */
  readonly count: number;
  readonly gapsFromMs: number;
}

const ROW_HEIGHT = 37;

/** Every event of the stream, with its time, its size and its JSON. */
export function EventTable({ app, streamId, timeline, at, count, gapsFromMs }: EventTableProps): ReactElement {
  const { entries } = timeline;
  const [filter, setFilter] = useState(EVERY_EVENT);
  const wanted = useMemo(() => wantedEvents(entries, filter), [entries, filter]);
  const types = useMemo(() => typesIn(entries), [entries]);
  const box = useRef<HTMLDivElement>(null);
  const keyOf = useCallback((row: number) => wanted[row]!, [wanted]);
  const rows = useRowsInBox(wanted.length, ROW_HEIGHT, box, keyOf);
  const beginning = beginningOf(timeline);

  const pointed = at === undefined ? -1 : wanted.findIndex((index) => entries[index]!.seq === at);
  const found = pointed !== -1;
  useEffect(() => {
    if (found) rows.scrollTo(pointed);
    // Only when the address points elsewhere, or what it points to has come.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [at, found]);

  return (
    <section className="grid min-w-0 content-start gap-3" aria-labelledby="events-heading">
      <div className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="events-heading" className="text-lg font-semibold">
          Events
        </h2>
        <label className="sluice-unseen" htmlFor="events-type">
          Type
        </label>
        <select
          id="events-type"
          className="input w-auto py-1 text-sm"
          value={filter.type}
          onChange={(event) => setFilter({ ...filter, type: event.target.value })}
        >
          <option value="">Every type</option>
          {[...types].map(([type, occurs]) => (
            <option key={type} value={type}>
              {type} ({occurs})
            </option>
          ))}
        </select>
        <label className="flex items-center gap-2 text-sm">
          <input
            className="size-4 accent-accent"
            type="checkbox"
            checked={filter.onlyErrors}
            onChange={(event) => setFilter({ ...filter, onlyErrors: event.target.checked })}
          />
          Only errors
        </label>
        <p className="sluice-hint ml-auto" role="status">
          {wanted.length === entries.length
            ? counted(entries.length, "event")
            : `${wanted.length} of ${counted(entries.length, "event")}`}
        </p>
      </div>
      <ScrollBox box={box} labelledBy="events-heading" className={`${PANEL} max-h-[32rem] min-h-24 scroll-mb-4`}>
        <table className="w-full border-collapse text-sm tabular-nums" aria-rowcount={wanted.length + 1}>
          <thead className="sticky top-0 z-[1] bg-surface text-left text-soft shadow-[0_1px_0_var(--sluice-line)]">
            <tr>
              <Head name="Seq" numeric />
              <Head name="Time" numeric wide />
              <Head name="Delta" numeric />
              <Head name="Type" />
              <Head name="Size" numeric wide />
              <Head name="Contents" />
            </tr>
          </thead>
          <tbody>
            <Room height={rows.before} />
            {rows.indexes.map((row) => {
              const index = wanted[row]!;
              const entry = entries[index]!;
              return (
                <EventRow
                  key={entry.seq}
                  row={row}
                  entry={entry}
                  elapsedMs={entry.at - beginning}
                  deltaMs={entry.at - (entries[index - 1]?.at ?? entry.at)}
                  gapsFromMs={gapsFromMs}
                  href={operationsHref(app, streamId, entry.seq)}
                  isPointed={row === pointed}
                  isShown={index < count}
                  measure={rows.measure}
                />
              );
            })}
            <Room height={rows.after} />
          </tbody>
        </table>
        {wanted.length === 0 && <p className="p-4 text-sm text-soft">No event is like that.</p>}
      </ScrollBox>
    </section>
  );
}

function Head(props: { name: string; numeric?: boolean; wide?: boolean }): ReactElement {
  const { name, numeric = false, wide = false } = props;
  return (
    <th className={`px-3 py-2 font-medium ${numeric ? "text-right" : ""} ${wide ? WIDE : ""}`} scope="col">
      {name}
    </th>
  );
}
