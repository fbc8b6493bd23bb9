import type { ReactElement } from "react";
import { PaceCharts } from "../charts/pace-charts.tsx";
import { LinkNotice } from "../link-notice.tsx";
import { useSelected } from "../live/use-selected.ts";
import type { Operations } from "../operations.ts";
import { StreamsList } from "./streams-list.tsx";

/** All streams that run now or ended a moment ago, and the server's pace. */
export function StreamsPage({ operations }: { operations: Operations }): ReactElement {
  const { live, client } = operations;
  const link = useSelected(live, (state) => state.link);
  const listed = useSelected(live, (state) => state.listed);
  return (
    <div className="grid gap-5">
      <h1 className="sluice-unseen">Live streams</h1>
      <LinkNotice
        link={link}
        live={live}
        what="streams"
        missing="This server has no operator's side."
        onReconnect={() => client.reconnect()}
      />
      {listed && link.state !== "forbidden" && link.state !== "missing" && (
        <>
          <PaceCharts live={live} />
          <StreamsList operations={operations} />
        </>
      )}
    </div>
  );
}
