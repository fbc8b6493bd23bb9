import type { ReactElement } from "react";
import type { FollowRow } from "sluice/operations";
import { counted } from "sluice/react-ui";
import { StreamLink } from "../stream-link.tsx";

export interface FollowsProps {
  readonly app: string;
  readonly follows: readonly FollowRow[];
}

/** The streams that a connection follows, each with how far behind its head it is. */
export function Follows({ app, follows }: FollowsProps): ReactElement {
  if (follows.length === 0) return <span className="text-soft">none</span>;
  return (
    <ul className="grid gap-0.5">
      {follows.map(({ streamId, offset, behind }) => (
        <li key={streamId} className="whitespace-nowrap">
          <StreamLink app={app} streamId={streamId} />{" "}
          <span className={behind > 0 ? "text-warn" : "text-soft"}>
            {behind === 0 ? "at the head" : `${counted(behind, "event")} behind`}
          </span>
          {offset !== "" && <span className="text-soft"> at {offset}</span>}
        </li>
      ))}
    </ul>
  );
}
