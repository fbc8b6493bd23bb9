import { type ReactElement, memo, useMemo } from "react";
import type { TimelineEntry } from "sluice/operations";
import { formatMs } from "../format.ts";
import { gapsIn } from "./gaps.ts";
import { type Scale, type TickKind, takeovers, ticksOf } from "./ticks.ts";

export const TRACK_HEIGHT = 40;

const TICKS: Readonly<Record<TickKind, string>> = {
  text: "stroke-accent",
  other: "stroke-ink",
  bad: "stroke-bad stroke-2",
};

export interface EventTrackProps {
  readonly entries: readonly TimelineEntry[];
  readonly scale: Scale;
  readonly gapsFromMs: number;
  readonly top: number;
  readonly width: number;
}

/** The events as ticks, and the silences between them. */
export const EventTrack = memo(function EventTrack(props: EventTrackProps): ReactElement {
  const { entries, scale, gapsFromMs, top, width } = props;
  const ticks = useMemo(() => ticksOf(entries, scale), [entries, scale]);
  const gaps = useMemo(() => gapsIn(entries, gapsFromMs), [entries, gapsFromMs]);
  return (
    <>
      <rect className="fill-sunken" y={top} width={width} height={TRACK_HEIGHT} rx={4} />
      {gaps.map(({ seq, from, to }) => (
        <GapBar key={seq} left={scale(from)} right={scale(to)} top={top}>
          {formatMs(to - from)}
        </GapBar>
      ))}
      {(["text", "other", "bad"] as const).map((kind) => (
        <path
          key={kind}
          className={`fill-none [shape-rendering:crispEdges] ${TICKS[kind]}`}
          d={ticks[kind].map((x) => tick(kind, x, top)).join("")}
        />
      ))}
      {takeovers(entries).map(({ seq, epoch, at }) => (
        <path
          key={seq}
          className="stroke-warn [stroke-dasharray:2_2]"
          d={`M${scale(at)} ${top - 4}v${TRACK_HEIGHT + 8}`}
        >
          <title>{`Writer ${epoch} goes on from event ${seq}`}</title>
        </path>
      ))}
    </>
  );
});

/** Text is low; what is not text stands out. */
function tick(kind: TickKind, x: number, top: number): string {
  return kind === "text" ? `M${x} ${top + 12}v${TRACK_HEIGHT - 16}` : `M${x} ${top + 2}v${TRACK_HEIGHT - 4}`;
}

interface GapBarProps {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly children: string;
}

function GapBar({ left, right, top, children }: GapBarProps): ReactElement {
  const width = right - left;
  return (
    <g>
      <title>{`Silent for ${children}`}</title>
      <rect
        className="fill-warn-wash stroke-warn [stroke-dasharray:3_3]"
        x={left + 1}
        y={top + 1}
        width={Math.max(1, width - 2)}
        height={TRACK_HEIGHT - 2}
      />
      {width > children.length * 7 + 6 && (
        <text
          className="fill-warn text-xs font-medium [text-anchor:middle]"
          x={left + width / 2}
          y={top + TRACK_HEIGHT / 2 + 4}
        >
          {children}
        </text>
      )}
    </g>
  );
}
