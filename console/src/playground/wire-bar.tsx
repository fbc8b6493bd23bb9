import { type ReactElement, useRef, useState, useSyncExternalStore } from "react";
import { ConnectionStatus } from "sluice/react-ui";
import { streamHref } from "../routing.ts";
import { Icon } from "../shell/icon.tsx";
import type { Interruption } from "../wire/interruption.ts";
import { CopyAs } from "./copy-as.tsx";
import { Delivery } from "./delivery.tsx";
import type { Playground, PlaygroundState } from "./playground.ts";
import { TransportChoice } from "./transport-choice.tsx";

export interface WireBarProps {
  readonly playground: Playground;
  readonly state: PlaygroundState;
}

const BUTTON = "sluice-button sluice-small sluice-quiet px-2!";

/** What goes on under the page: the connection, its transport, how the answer was delivered, and ways to break it. */
export function WireBar({ playground, state }: WireBarProps): ReactElement {
  const { last, interruption, isFrozen } = state;
  const [isOpen, setOpen] = useState(false);
  const isOnline = useSyncExternalStore(onNetworkChange, () => navigator.onLine);
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = isOpen ? "flex" : "hidden lg:flex";
  return (
    <section
      className="sticky bottom-0 z-10 border-t border-line bg-ground/95 text-sm backdrop-blur-md"
      aria-label="The wire"
    >
      <div className="mx-auto max-w-[86rem] px-gutter py-1.5">
        {!isOnline && <output className="block text-warn">The browser is offline. All goes on when it is back.</output>}
        {interruption !== undefined && <Told key={interruption.id} interruption={interruption} />}
        <div className="flex flex-wrap items-center gap-x-1">
          <ConnectionStatus client={playground.client} />
          <span className="flex-1" />
          <div className={`${shown} order-last w-full flex-wrap items-center lg:order-none lg:w-auto`}>
            <TransportChoice />
            {last !== undefined && (
              <div className="-mx-2 flex lg:mx-0">
                <button className={BUTTON} type="button" onClick={() => dialog.current?.showModal()}>
                  <Icon name="copy" />
                  Copy as…
                </button>
                <SecondTab playground={playground} state={state} />
              </div>
            )}
          </div>
          <button className={BUTTON} type="button" onClick={() => playground.cut()}>
            <Icon name="cut" />
            <Words short="Cut" />
          </button>
          <button className={BUTTON} type="button" onClick={() => (isFrozen ? playground.thaw() : playground.freeze())}>
            <Icon name="freeze" />
            <Words short={isFrozen ? "Thaw" : "Freeze"} />
          </button>
          <button
            className={`${BUTTON} lg:hidden`}
            type="button"
            aria-label="More about the wire"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            <Icon name={isOpen ? "less" : "more"} />
          </button>
        </div>
        {last !== undefined && (
          <div className={shown}>
            <Delivery {...last} client={playground.client} />
          </div>
        )}
      </div>
      {last !== undefined && <CopyAs dialog={dialog} asked={last.asked} playground={playground} />}
    </section>
  );
}

function Words({ short }: { readonly short: string }): ReactElement {
  return (
    <span>
      {short} <span className="sr-only sm:not-sr-only">the wire</span>
    </span>
  );
}

/** The same answer, live, in another tab, which has the token of this one: it is opened by this one. */
function SecondTab({ playground, state: { last } }: WireBarProps): ReactElement | null {
  const run = last?.run;
  const streamId = useSyncExternalStore(
    (listener) => run?.subscribe(listener) ?? (() => {}),
    () => run?.streamId,
  );
  if (streamId === undefined) return null;
  return (
    <a className={BUTTON} href={streamHref(playground.system, streamId)} target="_blank" rel="opener">
      <Icon name="tab" />
      Second tab
    </a>
  );
}

/** What became of the wire that was broken. */
function Told({ interruption }: { readonly interruption: Interruption }): ReactElement {
  const text = useSyncExternalStore(interruption.subscribe, () => interruption.text);
  return <output className="block text-accent">{text}</output>;
}

function onNetworkChange(listener: () => void): () => void {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}
