import type { ReactElement } from "react";

const PATHS = {
  running: "M8 8m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
  complete: "m3.5 8.5 3 3 6-7",
  error: "M8 3v6.25M8 12.25v.25",
  cancelled: "M4.5 4.5h7v7h-7z",
  waiting: "M8 4.5V8l2.25 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z",
  lock: "M4 7.5h8v6H4zM5.75 7.5V5a2.25 2.25 0 0 1 4.5 0v2.5",
  offline: "M3 3l10 10M2.5 6.5a8 8 0 0 1 3-1.75M8.5 4.25a8 8 0 0 1 5 2.25M5 9.25A4.5 4.5 0 0 1 8 8M8 12.5v.25",
  empty: "M2.5 6c2-2 4-2 5.5 0s3.5 2 5.5 0M2.5 10.5c2-2 4-2 5.5 0s3.5 2 5.5 0",
  play: "M5 3.5v9l7.5-4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  ascending: "M8 12.5v-9M4.5 7 8 3.5 11.5 7",
  descending: "M8 3.5v9M4.5 9 8 12.5 11.5 9",
} as const;

export type SignName = keyof typeof PATHS;

/** A small drawing; the word beside it says the same. */
export function Sign({ name, className = "size-4" }: { name: SignName; className?: string }): ReactElement {
  return (
    <svg
      className={`${className} flex-none fill-none stroke-current stroke-[1.6] [stroke-linecap:round] [stroke-linejoin:round]`}
      viewBox="0 0 16 16"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
