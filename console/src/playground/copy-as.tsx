import type { ReactElement, RefObject } from "react";
import { CopyButton } from "sluice/react-ui";
import { useSetting } from "../setting.ts";
import { token } from "../settings.ts";
import type { Asked } from "./asked.ts";
import { commandsFor } from "./commands.ts";
import type { Playground } from "./playground.ts";

export interface CopyAsProps {
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly asked: Asked;
  readonly playground: Playground;
}

/** The last request as a command for other programs; after a reload only its stream is known. */
export function CopyAs({ dialog, asked, playground }: CopyAsProps): ReactElement {
  const withToken = useSetting(token) !== undefined;
  const commands = commandsFor(asked, { addresses: playground.addresses, withToken });
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby="copy-heading">
      <h2 id="copy-heading" className="text-xl font-semibold">
        {asked.streamId === undefined ? "The last request" : "The last stream"}
      </h2>
      {Object.entries(commands).map(([name, text]) => (
        <section key={name} className="mt-4" aria-label={name}>
          <div className="flex items-center justify-between">
            <h3 className="text-sm font-semibold">{name}</h3>
            <CopyButton text={text} label={`Copy as ${name}`} />
          </div>
          {/* What scrolls must be reachable by keyboard. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <pre className="mt-1 max-h-44 overflow-auto rounded-lg bg-sunken p-3 font-mono text-xs" tabIndex={0}>
            {text}
          </pre>
        </section>
      ))}
      <form method="dialog" className="mt-5">
        <button className="sluice-button sluice-small">Close</button>
      </form>
    </dialog>
  );
}
