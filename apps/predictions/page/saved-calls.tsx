import { type ReactElement, useId, useRef } from "react";
import { dateIn } from "./date-in.ts";
import type { Calls } from "./use-calls.ts";

/** The predictions that were saved, to be looked at and deleted. */
export function SavedCalls({ calls }: { readonly calls: Calls }): ReactElement {
  const heading = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const { items, more, problem } = calls;
  const remove = (id: string): void => {
    // The button under the focus goes.
    title.current?.focus();
    void calls.remove(id);
  };
  return (
    <section className="flex flex-col gap-3 border-t border-line pt-5" aria-labelledby={heading}>
      <h2 ref={title} id={heading} tabIndex={-1} className="font-semibold">
        Saved calls
      </h2>
      {items.length === 0 && <p className="sluice-hint">Nothing saved yet.</p>}
      <ul className="flex flex-col gap-3">
        {items.map(({ id, prediction_statement, verification_date }) => (
          <li key={id} className="flex items-center justify-between gap-3">
            <div className="min-w-0 wrap-anywhere">
              <p>{prediction_statement}</p>
              <p className="sluice-hint">{dateIn(verification_date)}</p>
            </div>
            <button
              className="sluice-button sluice-small sluice-quiet"
              type="button"
              aria-label={`Delete: ${prediction_statement}`}
              onClick={() => remove(id)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      {more !== undefined && (
        <button className="sluice-button self-start" type="button" onClick={() => void more()}>
          Show more
        </button>
      )}
      {problem !== undefined && (
        <p className="text-bad" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
