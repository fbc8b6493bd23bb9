import { type ReactElement, useState, useSyncExternalStore } from "react";
import { NARROW, useMedia } from "../media.ts";
import { Notice } from "../notice.tsx";
import type { Operations } from "../operations.ts";
import { FilterBar } from "./filter-bar.tsx";
import { NO_FILTER } from "./listing.ts";
import { StreamCards } from "./stream-cards.tsx";
import { StreamOrder } from "./stream-order.ts";
import { StreamsTable } from "./streams-table.tsx";

/** The list with what narrows it down. */
export function StreamsList({ operations }: { operations: Operations }): ReactElement {
  const [order] = useState(() => new StreamOrder(operations.live));
  const arranged = useSyncExternalStore(order.subscribe, order.snapshot);
  const narrow = useMedia(NARROW);
  const List = narrow ? StreamCards : StreamsTable;
  return (
    <section className="grid gap-3" aria-label="Streams">
      <FilterBar order={order} arranged={arranged} />
      {arranged.ids.length === 0 ? (
        <Nothing isFiltered={arranged.total > 0} onAll={() => order.arrange({ filter: NO_FILTER })} />
      ) : (
        <div
          onPointerEnter={() => order.hold("pointer")}
          onPointerLeave={() => order.release("pointer")}
          onFocus={() => order.hold("focus")}
          onBlur={() => order.release("focus")}
        >
          <List operations={operations} order={order} arranged={arranged} />
        </div>
      )}
    </section>
  );
}

function Nothing({ isFiltered, onAll }: { isFiltered: boolean; onAll: () => void }): ReactElement {
  if (!isFiltered) {
    return (
      <Notice sign="empty" title="No streams now">
        <p>
          Streams that run, and those that ended in the last five minutes, are listed here.{" "}
          <a className="link" href="#/">
            Start one
          </a>{" "}
          and come back.
        </p>
      </Notice>
    );
  }
  return (
    <Notice sign="empty" title="No stream is like that">
      <button className="link" type="button" onClick={onAll}>
        Show all
      </button>
    </Notice>
  );
}
