import type { ReactElement } from "react";
import { operationsHref } from "./place.ts";

export interface StreamLinkProps {
  readonly app: string;
  readonly streamId: string;
  readonly id?: string;
}

/** The way to a stream's page: the beginning of its id, of which the rest is only out of sight. */
export function StreamLink({ app, streamId, id }: StreamLinkProps): ReactElement {
  return (
    <a
      id={id}
      className="link inline-block max-w-[11ch] truncate align-middle font-mono text-[0.8125rem]"
      href={operationsHref(app, streamId)}
      title={streamId}
    >
      {streamId}
    </a>
  );
}
