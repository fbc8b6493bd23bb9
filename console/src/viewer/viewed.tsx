import type { ReactElement } from "react";
import type { Client } from "sluice/client";
import { type RunView, useStream, useView } from "sluice/react";
import {
  AnswerBubble,
  LiveRegion,
  Progress,
  ResultCard,
  StreamingIndicator,
  Timings,
  ToolChips,
} from "sluice/react-ui";

export interface ViewedProps {
  readonly client: Client;
  readonly streamId: string;
  /** The server asks for a token. */
  readonly withToken: boolean;
}

/** A stream that began somewhere else. */
export function Viewed({ client, streamId, withToken }: ViewedProps): ReactElement {
  const { view } = useStream(client, streamId);
  if (view === undefined) return <StreamingIndicator />;
  return (
    <>
      <AnyAnswer view={view} />
      {withToken && <TokenHint view={view} />}
      <LiveRegion view={view} />
      <Timings view={view} openedInMs={client.connection.openedInMs} />
    </>
  );
}

/** What helps a viewer who was refused. */
function TokenHint({ view }: { readonly view: RunView }): ReactElement | null {
  const code = useView(view, ({ error }) => error?.code);
  if (code !== "unauthorized" && code !== "forbidden") return null;
  return <p>This answer opens for a token of whoever asked: put it into the field “Token” at the top of the page.</p>;
}

/** Any system's answer, with all that it may have. */
function AnyAnswer({ view }: { readonly view: RunView }): ReactElement {
  const { status, progress, tools, result } = useView(view);
  const runs = status === "streaming" || status === "pending" || status === "queued" || status === "resuming";
  const header = (
    <>
      {runs && (
        <button className="sluice-button sluice-small" type="button" onClick={() => void view.run.cancel()}>
          Stop for everybody
        </button>
      )}
      {runs && progress !== undefined && <Progress {...progress} />}
      <ToolChips tools={tools} />
    </>
  );
  const footer = result !== undefined && result !== null && <ResultCard value={result} />;
  return <AnswerBubble view={view} header={header} footer={footer} />;
}
