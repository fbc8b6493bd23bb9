import { type ReactElement, type ReactNode, Suspense, use, useCallback, useRef } from "react";
import { type Place, placeOf, useHash } from "../routing.ts";
import { type ServerConfig, readConfig } from "../server-config.ts";
import { Boundary } from "./boundary.tsx";
import { Help } from "./help.tsx";
import { Masthead } from "./masthead.tsx";
import { Room } from "./room.tsx";
import { TokenField } from "./token-field.tsx";
import { useArrival } from "./use-arrival.ts";
import { useShortcut } from "./use-shortcut.ts";

/** The fields that one writes in. */
const WRITABLE = "textarea, input:not([type=file], [type=radio], [type=checkbox], [type=range])";

/** The console: its frame at once, and the page that the address names once the server has told where its systems are. */
export function Shell(): ReactElement {
  const place = placeOf(useHash());
  const waiting = (
    <House place={place} config={{}}>
      <p className="sluice-hint p-gutter">Asking the server where its systems are…</p>
    </House>
  );
  return (
    <Suspense fallback={waiting}>
      <Told place={place} />
    </Suspense>
  );
}

function Told({ place }: { readonly place: Place }): ReactElement {
  const config = use(readConfig());
  return (
    <House place={place} config={config}>
      <Boundary address={useHash()}>
        <Suspense fallback={<p className="sluice-hint p-gutter">One moment…</p>}>
          <Room place={place} config={config} />
        </Suspense>
      </Boundary>
    </House>
  );
}

interface HouseProps {
  readonly place: Place;
  readonly config: ServerConfig;
  readonly children: ReactNode;
}

/** What is around every page. */
function House({ place, config, children }: HouseProps): ReactElement {
  const help = useRef<HTMLDialogElement>(null);
  const main = useRef<HTMLElement>(null);
  const showHelp = useCallback(() => help.current?.showModal(), []);
  const toFirstField = useCallback(() => main.current?.querySelector<HTMLElement>(WRITABLE)?.focus(), []);
  useShortcut("?", showHelp);
  useShortcut("/", toFirstField);
  useArrival(main);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        className="link fixed top-2 left-2 z-20 rounded-lg bg-surface px-4 py-2 not-focus:sr-only"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the page
      </a>
      <Masthead place={place} config={config} onHelp={showHelp} />
      {config.authentication === true && <TokenField />}
      <main ref={main} tabIndex={-1} className="flex flex-1 flex-col outline-none">
        {children}
      </main>
      <Help dialog={help} />
    </div>
  );
}
