import type { ReactElement } from "react";

/** Whose it is. */
export function Owner({ id }: { id: string }): ReactElement {
  if (id === "") return <span className="text-soft">anonymous</span>;
  return (
    <span className="block max-w-48 truncate" title={id}>
      {id}
    </span>
  );
}
