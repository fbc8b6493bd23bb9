import type { ReactElement } from "react";

/** Before the first question. */
export function Empty({ children }: { readonly children: string }): ReactElement {
  return (
    <div className="mx-auto grid max-w-[26rem] flex-1 content-center justify-items-center gap-3 py-10 text-center text-balance">
      <svg
        className="w-24 fill-none stroke-accent stroke-3 opacity-55 [stroke-linecap:round]"
        viewBox="0 0 120 48"
        aria-hidden="true"
      >
        <path d="M4 16c8-8 16-8 24 0s16 8 24 0 16-8 24 0 16 8 24 0 12-8 16-4" />
        <path d="M4 32c8-8 16-8 24 0s16 8 24 0 16-8 24 0 16 8 24 0 12-8 16-4" />
      </svg>
      <p className="text-lg font-semibold">{children}</p>
      <p className="sluice-hint">
        While an answer comes, you may reload this page, lose the network or cut the wire. It goes on where it stopped.
      </p>
    </div>
  );
}
