import { type ReactElement, useId } from "react";
import { named } from "./words.ts";

export interface ProgressProps {
  /** From 0 to 1; unknown where it is not given. */
  readonly value?: number | undefined;
  /** What is done now. */
  readonly text?: string | undefined;
  /** All the stages, in order. */
  readonly stages?: readonly string[] | undefined;
  /** The stage that it is in. */
  readonly stage?: string | undefined;
}

/** How far something is: a bar, a percentage where it is known, and its stages. */
export function Progress({ value, text = "Working", stages, stage }: ProgressProps): ReactElement {
  const label = useId();
  const percent = value === undefined ? undefined : Math.round(Math.min(Math.max(value, 0), 1) * 100);
  const current = stages?.findIndex((name) => name === stage) ?? -1;
  return (
    <div className="sluice-progress">
      <div className="sluice-progress-head">
        <span id={label}>{text}</span>
        {percent !== undefined && <span className="sluice-hint">{`${percent}%`}</span>}
      </div>
      <progress aria-labelledby={label} max={100} {...(percent !== undefined && { value: percent })} />
      {stages !== undefined && (
        <ol>
          {stages.map((name, index) => (
            <li key={name} data-past={index < current} {...(index === current && { "aria-current": "step" as const })}>
              {named(name)}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
