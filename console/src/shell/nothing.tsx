import type { ReactElement } from "react";

/** For an address that names no page. */
export function Nothing(): ReactElement {
  return (
    <div className="mx-auto w-full max-w-[86rem] px-gutter py-10">
      <h1 className="text-3xl font-semibold tracking-tight">There is nothing here</h1>
      <p className="mt-3">
        <a className="link" href="#/">
          To the first page
        </a>
      </p>
    </div>
  );
}
