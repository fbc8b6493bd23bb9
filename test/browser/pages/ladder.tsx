import { type ReactElement, StrictMode, useEffect } from "react";
import { createRoot } from "react-dom/client";
import { type Client, type Run, createClient } from "sluice/client";
import { type RunView, useConnection, useRun, useStream, useStreamText } from "sluice/react";
import { JumpingTimers } from "../../support/jumping-timers.ts";

/** What a test may look at, and play. */
interface Ladder {
  readonly client: Client;
  readonly timers: JumpingTimers;
  /** Runs that this page began or follows. */
  readonly runs: Run[];
  /** How often React ran the effect that asks. */
  effects: number;
}

declare global {
  var ladder: Ladder;
}

const timers = new JumpingTimers();
const client = createClient({ url: "/app", clock: timers, random: () => 0.002 });
globalThis.ladder = { client, timers, runs: [], effects: 0 };
client.onRun((run) => ladder.runs.push(run));

function Connection(): ReactElement {
  const { state, transport } = useConnection(client);
  return (
    <p id="connection">
      {state} by {transport}
    </p>
  );
}

function Text({ view }: { readonly view: RunView | undefined }): ReactElement {
  const { blocks, tail } = useStreamText(view);
  return (
    <pre id="text">
      {blocks.join("")}
      {tail}
    </pre>
  );
}

/** Asks in an effect, as no page should: the request id makes it one run all the same. */
function Asking(): ReactElement {
  const { start, status, view } = useRun(client, "ask", { keep: "answer" });
  const asks = new URLSearchParams(location.search).has("ask");
  useEffect(() => {
    if (!asks) return;
    ladder.effects += 1;
    start({}, { requestId: "once" });
    // oxlint-disable-next-line react/exhaustive-deps
  }, [asks]);
  return (
    <>
      <button type="button" onClick={() => start({})}>
        Ask
      </button>
      <p id="status">{status}</p>
      <p id="stream">{view?.run.streamId}</p>
      <Text view={view} />
    </>
  );
}

function Following({ streamId }: { readonly streamId: string }): ReactElement {
  const { status, view } = useStream(client, streamId);
  return (
    <>
      <p id="status">{status}</p>
      <Text view={view} />
    </>
  );
}

const streamId = new URLSearchParams(location.search).get("stream");
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <Connection />
    {streamId === null ? <Asking /> : <Following streamId={streamId} />}
  </StrictMode>,
);
