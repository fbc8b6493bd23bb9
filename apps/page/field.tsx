import type { ReactElement, ReactNode } from "react";

export interface FieldProps {
  readonly label: string;
  /** At the other end of the label's line. */
  readonly beside?: ReactNode;
  /** The id of the control, where something stands beside the label. */
  readonly htmlFor: string;
  readonly children: ReactNode;
}

/** A control under its label. */
export function Field({ label, beside, htmlFor, children }: FieldProps): ReactElement {
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <label className="sluice-label" htmlFor={htmlFor}>
          {label}
        </label>
        {beside}
      </div>
      {children}
    </div>
  );
}
