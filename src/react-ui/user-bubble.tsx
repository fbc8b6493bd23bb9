import type { ReactElement, ReactNode } from "react";

/** What the reader asked. */
export function UserBubble({ children }: { readonly children: ReactNode }): ReactElement {
  return (
    <article className="sluice-user" aria-label="You">
      {children}
    </article>
  );
}
