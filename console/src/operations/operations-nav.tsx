import type { ReactElement } from "react";
import { formatAge } from "./format.ts";
import { useSelected } from "./live/use-selected.ts";
import { useServerNow } from "./now.ts";
import type { Operations } from "./operations.ts";
import type { OperationsPlace } from "./place.ts";

const PAGES = [
  ["streams", "#/operations", "Streams"],
  ["connections", "#/operations/connections", "Connections"],
] as const;

/** The way between the operator's pages, and which server they show. */
export function OperationsNav({
  operations,
  page,
}: {
  operations: Operations;
  page: OperationsPlace["page"];
}): ReactElement {
  const node = useSelected(operations.live, (state) => state.node);
  const current = page === "stream" ? "streams" : page;
  return (
    <div className="mb-5 flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <nav className="flex gap-1 rounded-lg bg-sunken p-1" aria-label="Operations">
        {PAGES.map(([name, href, word]) => (
          <a
            key={name}
            href={href}
            className="rounded-md px-3 py-1 text-sm font-medium text-soft hover:text-ink aria-[current]:bg-surface aria-[current]:text-ink"
            {...(name === current && { "aria-current": page === "stream" ? ("true" as const) : ("page" as const) })}
          >
            {word}
          </a>
        ))}
      </nav>
      {node !== undefined && (
        <p className="sluice-hint tabular-nums">
          Node <code>{node.id.slice(0, 8)}</code>, version {node.version}, up{" "}
          <Uptime since={node.startedAt} operations={operations} />
        </p>
      )}
    </div>
  );
}

function Uptime({ since, operations }: { since: number; operations: Operations }): string {
  return formatAge(useServerNow(operations.live) - since);
}
