import { type ReactElement, useState, useSyncExternalStore } from "react";
import type { Operations } from "../operations.ts";
import { Step } from "../step.tsx";

export interface CutButtonProps {
  readonly operations: Operations;
  readonly connectionId: string;
}

/** Cuts one client's link without a word: the client notices, comes back and resumes. */
export function CutButton({ operations: { client, cuts }, connectionId }: CutButtonProps): ReactElement {
  const asked = useSyncExternalStore(cuts.subscribe, () => cuts.of(connectionId));
  const [pressed, setPressed] = useState(false);
  if (asked?.phase === "asked") return <Step hasFocus={pressed}>Cutting…</Step>;
  if (asked?.phase === "answered")
    return <Step hasFocus={pressed}>{asked.answer.closed ? "Cut" : "Cannot be cut"}</Step>;
  return (
    <>
      <button
        className="sluice-button sluice-small min-h-8 py-1"
        type="button"
        aria-label={`Cut connection ${connectionId}`}
        onClick={() => {
          setPressed(true);
          cuts.ask(connectionId, () => client.run("disconnect", { connectionId }).result);
        }}
      >
        Cut
      </button>
      {asked?.phase === "failed" && <Step>{asked.message}</Step>}
    </>
  );
}
