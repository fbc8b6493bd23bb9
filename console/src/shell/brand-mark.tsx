import type { ReactElement } from "react";

/** Water that passes a gate. */
export function BrandMark(): ReactElement {
  return (
    <svg
      className="size-7 fill-none stroke-on-accent stroke-[2.4] [stroke-linecap:round]"
      viewBox="0 0 32 32"
      aria-hidden="true"
    >
      <rect className="fill-accent stroke-none" width="32" height="32" rx="8" />
      <path className="opacity-55" d="M10 6v20M22 6v20" />
      <path d="M4.5 12.5c2-2 3.8-2 5.8 0s3.8 2 5.8 0 3.8-2 5.8 0 3.8 2 5.6 0M4.5 20c2-2 3.8-2 5.8 0s3.8 2 5.8 0 3.8-2 5.8 0 3.8 2 5.6 0" />
    </svg>
  );
}
