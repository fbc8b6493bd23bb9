import type { ReactElement } from "react";
import { CopyButton } from "sluice/react-ui";
import { commandsFor } from "../../playground/commands.ts";
import { streamHref } from "../../routing.ts";
import { addressesOf } from "../../server-config.ts";
import { useSetting } from "../../setting.ts";
import { token } from "../../settings.ts";
import type { Operations } from "../operations.ts";

export interface CopyStreamProps {
  readonly operations: Operations;
  readonly app: string;
  readonly streamId: string;
}

/** The stream for other programs, and for its viewers. */
export function CopyStream({ operations: { config }, app, streamId }: CopyStreamProps): ReactElement {
  const withToken = useSetting(token) !== undefined;
  const commands = commandsFor({ streamId }, { addresses: addressesOf(config, app), withToken });
  return (
    <>
      {Object.entries(commands).map(([name, text]) => (
        <CopyButton key={name} text={text} label={`Copy as ${name}`} />
      ))}
      <a className="link text-sm" href={streamHref(app, streamId)}>
        Viewer's page
      </a>
    </>
  );
}
