import type { ReactElement } from "react";
import { type Place, SYSTEMS } from "../routing.ts";
import type { ServerConfig } from "../server-config.ts";
import { PLACE_NAMES } from "./place-names.ts";
import { BrandMark } from "./brand-mark.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";

export interface MastheadProps {
  readonly place: Place;
  readonly config: ServerConfig;
  readonly onHelp: () => void;
}

/** What stands above every page: where one is, where one may go, and who answers. */
export function Masthead({ place, config, onHelp }: MastheadProps): ReactElement {
  const current = place.page === "system" ? place.system : place.page;
  const names = [...SYSTEMS, ...(config.operations === true ? (["operations"] as const) : [])];
  return (
    <header className="sticky top-0 z-10 border-b border-line bg-ground/92 backdrop-blur-md">
      <div className="mx-auto flex max-w-[86rem] flex-wrap items-center gap-x-5 px-gutter">
        <a className="flex h-14 items-center gap-3 text-[1.0625rem] font-bold tracking-tight lg:h-16" href="#/">
          <BrandMark />
          Sluice
        </a>
        <nav
          className="order-1 -mx-1 flex w-full justify-between gap-1.5 overflow-x-auto px-1 text-[0.8125rem] [scrollbar-width:none] sm:justify-start sm:gap-5 sm:text-[0.9375rem] lg:order-none lg:w-auto"
          aria-label="Pages"
        >
          {names.map((name) => (
            <a
              key={name}
              href={`#/${name}`}
              className="border-b-2 border-transparent py-1.5 whitespace-nowrap text-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink"
              {...(name === current && { "aria-current": "page" as const })}
            >
              {PLACE_NAMES[name]}
            </a>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-3">
          <button
            className="sluice-button sluice-small size-9 p-0!"
            type="button"
            title="Help and shortcuts"
            onClick={onHelp}
          >
            <span aria-hidden="true">?</span>
            <span className="sr-only">Help and shortcuts</span>
          </button>
          <ThemeSwitch />
        </div>
      </div>
      {config.standIn === true && (
        <p
          className="bg-warn-wash px-gutter py-1 text-center text-[0.8125rem] text-warn"
          {...(config.model !== undefined && { title: `Model: ${config.model}` })}
        >
          Answers come from a stand-in, not a language model.
        </p>
      )}
    </header>
  );
}
