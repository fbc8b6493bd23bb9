import type { ReactElement, ReactNode } from "react";
import { formatAge } from "./format.ts";
import type { Link } from "./live/link.ts";
import type { LiveStore } from "./live/live-store.ts";
import { Notice } from "./notice.tsx";
import { useServerNow } from "./now.ts";
import { useSelected } from "./live/use-selected.ts";

export interface LinkNoticeProps {
  readonly link: Link;
  readonly live: LiveStore;
  /** What is waited for, as in "Looking for …". */
  readonly what: string;
  /** Said where it is not there. */
  readonly missing: ReactNode;
  readonly onReconnect: () => void;
}

/** How the page stands towards the server, where that is not simply "live". */
export function LinkNotice({ link, live, what, missing, onReconnect }: LinkNoticeProps): ReactElement | null {
  switch (link.state) {
    case "live":
      return null;
    case "loading":
      return <Notice sign="waiting" title={`Looking for ${what}…`} quiet />;
    case "offline":
      return (
        <Notice sign="offline" title="The server is not reached">
          <p>
            What you see is as it was. <Retry at={link.retryAt} live={live} />
          </p>
          <button className="sluice-button sluice-small mt-3" type="button" onClick={onReconnect}>
            Try now
          </button>
        </Notice>
      );
    case "forbidden":
      return (
        <Notice sign="lock" title="An operator's token is needed">
          <p>
            These pages show everybody's streams. They open for a token whose claim <code>roles</code> holds{" "}
            <code>operator</code>; put it into the field “Token” at the top of the page.
          </p>
        </Notice>
      );
    case "missing":
      return (
        <Notice sign="empty" title="Nothing here">
          {missing}
        </Notice>
      );
    case "failed":
      return (
        <Notice sign="error" title="The server had trouble with that">
          <p>{link.message}</p>
        </Notice>
      );
  }
}

function Retry({ at, live }: { at: number | undefined; live: LiveStore }): ReactNode {
  const ahead = useSelected(live, ({ clockAheadMs }) => clockAheadMs);
  const inMs = (at ?? 0) - (useServerNow(live) - ahead);
  return at !== undefined && inMs >= 1000 ? `It is tried again in ${formatAge(inMs)}.` : "It is tried again now.";
}
