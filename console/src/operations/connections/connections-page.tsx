import { type ReactElement, useRef } from "react";
import { counted } from "sluice/react-ui";
import { LinkNotice } from "../link-notice.tsx";
import type { ConnectionLines } from "../live/connection-lines.ts";
import type { LiveState } from "../live/live-state.ts";
import { useSelected } from "../live/use-selected.ts";
import { NARROW, useMedia } from "../media.ts";
import { Notice } from "../notice.tsx";
import type { Operations } from "../operations.ts";
import { ConnectionCards } from "./connection-cards.tsx";
import { oldestFirst } from "./connection-order.ts";
import { ConnectionsTable } from "./connections-table.tsx";

/** Every client link of this server: how it comes, what waits for it, what it follows. */
export function ConnectionsPage({ operations }: { operations: Operations }): ReactElement {
  const { live, client } = operations;
  const link = useSelected(live, (state) => state.link);
  const listed = useSelected(live, (state) => state.listed);
  const ids = useOrder(operations);
  const narrow = useMedia(NARROW);
  const List = narrow ? ConnectionCards : ConnectionsTable;
  return (
    <div className="grid gap-4">
      <h1 className="sluice-unseen">Connections</h1>
      <LinkNotice
        link={link}
        live={live}
        what="connections"
        missing="This server has no operator's side."
        onReconnect={() => client.reconnect()}
      />
      {listed && link.state !== "forbidden" && link.state !== "missing" && (
        <>
          <p className="sluice-hint" role="status">
            {counted(ids.length, "connection")}.
            {ids.length > 0 && " Cut breaks one without a word; its client comes back and resumes."}
          </p>
          {ids.length === 0 ? (
            <Notice sign="empty" title="Nobody is connected">
              Clients show up here while their link is open.
            </Notice>
          ) : (
            <List operations={operations} ids={ids} />
          )}
        </>
      )}
    </div>
  );
}

/** The ids in their order; the same array until somebody comes or leaves. */
function useOrder({ live }: Operations): readonly string[] {
  const last = useRef<{ connections: ConnectionLines; ids: readonly string[] }>(undefined);
  return useSelected(live, ({ connections }: LiveState) => {
    if (last.current?.connections === connections) return last.current.ids;
    const ids = oldestFirst(connections);
    const before = last.current?.ids ?? [];
    const same = ids.length === before.length && ids.every((id, index) => id === before[index]);
    last.current = { connections, ids: same ? before : ids };
    return last.current.ids;
  });
}
