import { type ReactElement, useLayoutEffect, useRef } from "react";

export interface StepProps {
  readonly children: string;
  /** It stands where the button was that was pressed here: the focus stays at its place. */
  readonly hasFocus?: boolean;
}

/** How far something has come that was asked of the server. */
export function Step({ children, hasFocus = false }: StepProps): ReactElement {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    if (!hasFocus) return undefined;
    const element = place.current!;
    const main = element.closest("main");
    element.focus({ preventScroll: true });
    return () => {
      // Its row may go, too.
      if (document.activeElement === element) main?.focus({ preventScroll: true });
    };
  }, [hasFocus]);
  return (
    <span ref={place} tabIndex={-1} className="text-[0.8125rem] font-medium text-warn" role="status">
      {children}
    </span>
  );
}
