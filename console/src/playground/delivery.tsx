import type { ReactElement } from "react";
import type { Client, Run } from "sluice/client";
import { useView, viewOf } from "sluice/react";
import { Timings } from "sluice/react-ui";
import type { Asked } from "./asked.ts";

export interface DeliveryProps {
  readonly asked: Asked;
  readonly run: Run;
  readonly client: Client;
}

/** How the last answer was delivered: its pace, and that nothing is missing or double. */
export function Delivery({ asked, run, client }: DeliveryProps): ReactElement {
  const view = viewOf(run);
  const { timings } = useView(view);
  return (
    <div className="flex flex-wrap gap-x-5 pb-0.5">
      {asked.streamId !== undefined && <p className="sluice-hint">As it was followed from here:</p>}
      <Timings view={view} openedInMs={client.connection.openedInMs} />
      <dl className="sluice-timings">
        <div>
          <dt>Gaps</dt>
          <dd>{timings.gaps.length}</dd>
        </div>
        <div>
          <dt>Duplicates</dt>
          <dd>{timings.duplicates}</dd>
        </div>
      </dl>
    </div>
  );
}
