import { type ReactElement, useId } from "react";

/** A value as JSON, under its label; it scrolls where it is long. */
export function JsonText({ label, value }: { readonly label: string; readonly value: unknown }): ReactElement {
  const id = useId();
  return (
    <div className="sluice-json">
      <span className="sluice-label" id={id}>
        {label}
      </span>
      {/* What scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} role="group" aria-labelledby={id}>
        {typeof value === "string" ? value : JSON.stringify(value, undefined, 2)}
      </pre>
    </div>
  );
}
