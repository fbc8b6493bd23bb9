import type { ReactElement } from "react";
import type { StreamRow } from "sluice/operations";
import { Sign } from "./sign.tsx";

type State = StreamRow["state"];

/** How each state of a stream is called. */
export const STATE_WORDS: Readonly<Record<State, string>> = {
  running: "Running",
  complete: "Complete",
  error: "Failed",
  cancelled: "Cancelled",
};

const COLOURS: Readonly<Record<State, string>> = {
  running: "text-accent",
  complete: "text-soft",
  error: "text-bad",
  cancelled: "text-warn",
};

/** A stream's state, as a sign and a word. */
export function StateWord({ state }: { state: State }): ReactElement {
  return (
    <span className={`inline-flex items-center gap-1.5 align-middle font-medium whitespace-nowrap ${COLOURS[state]}`}>
      <Sign name={state} className={state === "running" ? "size-4 animate-pulse [&_path]:fill-current" : "size-4"} />
      {STATE_WORDS[state]}
    </span>
  );
}
