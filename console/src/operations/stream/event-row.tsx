import { type ReactElement, memo } from "react";
import type { TimelineEntry } from "sluice/operations";
import { formatBytes, formatMs } from "../format.ts";
import { isError, preview, sizeOf } from "./event-list.ts";

/** Columns that narrow screens have no room for; what they hold stands in the details there. */
export const WIDE = "max-md:hidden";

export interface EventRowProps {
  readonly row: number;
  readonly entry: TimelineEntry;
  readonly elapsedMs: number;
  readonly deltaMs: number;
  readonly gapsFromMs: number;
  readonly href: string;
  readonly isPointed: boolean;
  readonly isShown: boolean;
  readonly measure: (element: Element | null) => void;
}

/** One event of the table. */
export const EventRow = memo(function EventRow(props: EventRowProps): ReactElement {
  const { row, entry, elapsedMs, deltaMs, gapsFromMs, href, isPointed, isShown, measure } = props;
  const size = formatBytes(sizeOf(entry));
  return (
    <tr
      ref={measure}
      data-index={row}
      aria-rowindex={row + 2}
      className={`scroll-mt-12 border-t border-line align-top ${rowGround(isPointed, isShown)}`}
      {...(isPointed && { "aria-current": "location" as const })}
    >
      <td className="px-3 py-2 text-right">
        <a className="link" href={href} aria-label={`Event ${entry.seq}`}>
          {entry.seq}
        </a>
      </td>
      <td className={`${WIDE} px-3 py-2 text-right whitespace-nowrap`}>{formatMs(elapsedMs)}</td>
      <td
        className={`px-3 py-2 text-right whitespace-nowrap ${deltaMs >= gapsFromMs ? "font-semibold text-warn" : "text-soft"}`}
      >
        {formatMs(deltaMs)}
      </td>
      <td className={`px-3 py-2 whitespace-nowrap ${isError(entry) ? "font-medium text-bad" : ""}`}>
        {entry.event.type}
      </td>
      <td className={`${WIDE} px-3 py-2 text-right whitespace-nowrap text-soft`}>{size}</td>
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label */}
      <td className="w-full max-w-0 px-3 py-2">
        <details>
          <summary className="truncate font-mono text-xs leading-5 text-soft">{preview(entry)}</summary>
          <p className="text-xs text-soft md:hidden">
            After {formatMs(elapsedMs)}, {size}
          </p>
          <pre className="mt-1 overflow-x-auto font-mono text-xs whitespace-pre-wrap">
            {JSON.stringify(
              { ...entry.event, ...(entry.cutBytes !== undefined && { cutBytes: entry.cutBytes }) },
              null,
              2,
            )}
          </pre>
        </details>
      </td>
    </tr>
  );
});

function rowGround(isPointed: boolean, isShown: boolean): string {
  if (isPointed) return "bg-accent-wash";
  return isShown ? "" : "bg-sunken";
}
