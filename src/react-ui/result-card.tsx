import { type ReactElement, type ReactNode, useId } from "react";
import { CopyButton } from "./copy-button.tsx";
import { JsonFields } from "./json-fields.tsx";

export interface ResultCardProps {
  readonly title?: string;
  readonly value: unknown;
  /** The value in the page's own words; as a list of its fields where it has none. */
  readonly children?: ReactNode;
}

/** A structured result, to read and to copy as JSON. */
export function ResultCard({ title = "Result", value, children }: ResultCardProps): ReactElement {
  const heading = useId();
  return (
    <section className="sluice-result" aria-labelledby={heading}>
      <header>
        <h2 id={heading}>{title}</h2>
        <CopyButton label="Copy JSON" text={() => JSON.stringify(value, undefined, 2)} />
      </header>
      {children ?? <JsonFields value={value} />}
    </section>
  );
}
