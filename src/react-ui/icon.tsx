import type { ReactElement } from "react";

/** Lines on a square of 16 units. */
const PATHS = {
  waiting: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M8 4.75V8l2.25 1.5",
  working: "M14.25 8A6.25 6.25 0 1 1 8 1.75",
  flowing: "M1.75 5.75c2.1-2 4.15-2 6.25 0s4.15 2 6.25 0M1.75 10.75c2.1-2 4.15-2 6.25 0s4.15 2 6.25 0",
  again: "M13.75 8a5.75 5.75 0 1 1-1.7-4.05L13.75 5.5M13.75 2v3.5h-3.5",
  done: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5.25 8.25l2 2 3.5-4.25",
  stopped: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5.75 5.75h4.5v4.5h-4.5z",
  failed: "M8 2.25 14.5 13.5h-13zM8 6.5v3M8 11.5v.01",
  live: "M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 0 5.6M3 13a7.1 7.1 0 0 1 0-10M13 3a7.1 7.1 0 0 1 0 10M8 8v.01",
  resting: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M8 5v6",
  paused: "M5.5 3.5v9M10.5 3.5v9",
  closed: "M8 1.75a6.25 6.25 0 1 1 0 12.5a6.25 6.25 0 0 1 0-12.5M5 8h6",
  check: "M3 8.5l3.25 3.25L13 4.5",
  copy: "M5.75 5.75h8v8h-8zM10.25 5.75v-3.5h-8v8h3.5",
  down: "M8 2.75v10.5M3.75 9 8 13.25 12.25 9",
  image: "M2 2.75h12v10.5H2zM2 11l3.5-3.5L9 11l2-2 3 3M10.75 5.75v.01",
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a word, never instead of it: a screen reader does not see it. */
export function Icon({ name }: { readonly name: IconName }): ReactElement {
  return (
    <svg className="sluice-icon" data-icon={name} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
