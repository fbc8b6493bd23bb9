import { type ReactElement, useId } from "react";
import { dateIn } from "./date-in.ts";
import type { Calls } from "./use-calls.ts";

/** The predictions that were saved, to be looked at and deleted. */
export function SavedCalls({ calls }: { readonly calls: Calls }): ReactElement {
  const heading = useId();
  const { items, more, problem } = calls;
  return (
    <section className="flex flex-col gap-3 border-t border-line pt-5" aria-labelledby={heading}>
      <h2 id={heading} className="font-semibold">
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
              onClick={() => void calls.remove(id)}
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
