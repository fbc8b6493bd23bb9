import { type ReactElement, useState, useSyncExternalStore } from "react";
import type { StreamRow } from "sluice/operations";
import type { Operations } from "./operations.ts";
import { Step } from "./step.tsx";

export interface CancelButtonProps {
  readonly operations: Operations;
  readonly stream: Pick<StreamRow, "app" | "streamId" | "state">;
}

/** Cancels a stream's run, and says how far that has come: requested, stopping, stopped. */
export function CancelButton({ operations: { client, cancels }, stream }: CancelButtonProps): ReactElement | null {
  const { app, streamId, state } = stream;
  const asked = useSyncExternalStore(cancels.subscribe, () => cancels.of(streamId));
  const [pressed, setPressed] = useState(false);
  if (state !== "running")
    return asked !== undefined && state === "cancelled" ? <Step hasFocus={pressed}>Stopped</Step> : null;
  if (asked?.phase === "asked") return <Step hasFocus={pressed}>Requested…</Step>;
  if (asked?.phase === "answered") return <Step hasFocus={pressed}>Stopping…</Step>;
  return (
    <>
      <button
        className="sluice-button sluice-small min-h-8 py-1"
        type="button"
        aria-label={`Cancel ${app} ${streamId}`}
        onClick={() => {
          setPressed(true);
          cancels.ask(streamId, () => client.run("cancelStream", { app, streamId }).result);
        }}
      >
        Cancel
      </button>
      {asked?.phase === "failed" && <Step>{asked.message}</Step>}
    </>
  );
}
