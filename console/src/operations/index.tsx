import { type ReactElement, use, useEffect } from "react";
import { readConfig } from "../server-config.ts";
import { useSetting } from "../setting.ts";
import { token } from "../settings.ts";
import { ConnectionsPage } from "./connections/connections-page.tsx";
import { Notice } from "./notice.tsx";
import { OperationsNav } from "./operations-nav.tsx";
import { type Operations, operationsAt } from "./operations.ts";
import { type OperationsPlace, operationsPlace } from "./place.ts";
import { StreamPage } from "./stream/stream-page.tsx";
import { StreamsPage } from "./streams/streams-page.tsx";

export interface OperationsPagesProps {
  /** What follows `#/operations` in the address. */
  readonly path: string;
}

/** The operator's side: what runs now, one stream from its beginning, and who is connected. */
export function OperationsPages({ path }: OperationsPagesProps): ReactElement {
  const operations = operationsAt(use(readConfig()), useSetting(token));
  const place = operationsPlace(path);
  const title = titleOf(place);
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <div className="mx-auto w-full max-w-[86rem] px-gutter py-6">
      <OperationsNav operations={operations} page={place.page} />
      <Page operations={operations} place={place} />
    </div>
  );
}

function Page({ operations, place }: { operations: Operations; place: OperationsPlace }): ReactElement {
  switch (place.page) {
    case "streams":
      return <StreamsPage operations={operations} />;
    case "connections":
      return <ConnectionsPage operations={operations} />;
    case "stream":
      return <StreamPage key={`${place.app} ${place.streamId}`} operations={operations} {...place} />;
    case "unknown":
      return (
        <Notice sign="empty" title="There is nothing here">
          <a className="link" href="#/operations">
            To the streams
          </a>
        </Notice>
      );
  }
}

function titleOf(place: OperationsPlace): string {
  switch (place.page) {
    case "streams":
      return "Live streams";
    case "connections":
      return "Connections";
    case "stream":
      return `Stream ${place.streamId.slice(0, 8)}… of ${place.app}`;
    case "unknown":
      return "Nothing here";
  }
}
