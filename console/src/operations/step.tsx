import type { ReactElement } from "react";

/** How far something has come that was asked of the server. */
export function Step({ children }: { children: string }): ReactElement {
  return (
    <span className="text-[0.8125rem] font-medium text-warn" role="status">
      {children}
    </span>
  );
}
