import type { ReactElement, ReactNode, RefObject } from "react";

export interface ScrollBoxProps {
  /** Id of the element that names it. */
  readonly labelledBy: string;
  readonly className: string;
  readonly box?: RefObject<HTMLDivElement | null>;
  readonly children: ReactNode;
}

/** A part of the page that scrolls by itself, by keyboard too. */
export function ScrollBox({ labelledBy, className, box, children }: ScrollBoxProps): ReactElement {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/prefer-tag-over-role
    <div ref={box} className={`overflow-auto ${className}`} tabIndex={0} role="group" aria-labelledby={labelledBy}>
      {children}
    </div>
  );
}
