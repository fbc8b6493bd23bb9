import { type ReactElement, useCallback, useRef } from "react";
import type { StreamRow } from "sluice/operations";
import { counted } from "sluice/react-ui";
import { useShortcut } from "../../shell/use-shortcut.ts";
import { STATE_WORDS } from "../state-word.tsx";
import type { Arrangement, StreamOrder } from "./stream-order.ts";

/** Narrows the list down by words and by state. `/` leads here. */
export function FilterBar({ order, arranged }: { order: StreamOrder; arranged: Arrangement }): ReactElement {
  const words = useRef<HTMLInputElement>(null);
  useShortcut(
    "/",
    useCallback(() => words.current?.select(), []),
  );
  const { ids, filter, waiting, total } = arranged;
  return (
    <form
      aria-label="Filter"
      className="flex flex-wrap items-center gap-x-3 gap-y-2"

      onSubmit={(event) => event.preventDefault()}
    >
      <label className="sluice-unseen" htmlFor="streams-words">
        Filter by app, route, owner or id
      </label>
      <input
        ref={words}
        id="streams-words"
        className="input w-full py-1 text-base sm:w-72 sm:text-sm"
        type="search"
        placeholder="App, route, owner or id"
        autoComplete="off"
        spellCheck={false}
        value={filter.words}
        onChange={(event) => order.arrange({ filter: { ...filter, words: event.target.value } })}
      />
      <label className="sluice-unseen" htmlFor="streams-state">
        State
      </label>
      <select
        id="streams-state"
        className="input w-auto py-1 text-base sm:text-sm"
        value={filter.state}
        onChange={(event) =>
          order.arrange({ filter: { ...filter, state: event.target.value as StreamRow["state"] | "" } })
        }
      >
        <option value="">Every state</option>
        {Object.entries(STATE_WORDS).map(([state, word]) => (
          <option key={state} value={state}>
            {word}
          </option>
        ))}
      </select>
      <p className="sluice-hint" role="status">
        {ids.length === total ? counted(total, "stream") : `${ids.length} of ${counted(total, "stream")}`}
      </p>
      {waiting > 0 && (
        <button className="chip border-accent text-accent" type="button" onClick={() => order.arrange({})}>
          Show {waiting} new
        </button>
      )}
      <p className="sluice-hint ml-auto hidden lg:block" aria-hidden="true">
        <kbd>/</kbd> filter <kbd>j</kbd> <kbd>k</kbd> move <kbd>Enter</kbd> open
      </p>
    </form>
  );
}
