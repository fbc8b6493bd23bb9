import { type ReactElement, useMemo } from "react";
import { EventTrack, TRACK_HEIGHT } from "./event-track.tsx";
import { HappeningMarks } from "./happening-marks.tsx";
import { SpanBars, layOut } from "./span-bars.tsx";
import { stageSpans, toolSpans } from "./spans.ts";
import { timeScale } from "./ticks.ts";
import { AXIS_HEIGHT, TimeAxis } from "./time-axis.tsx";
import { type Timeline, beginningOf } from "./timeline.ts";
import { useWidth } from "./use-width.ts";

export interface TimelinePictureProps {
  readonly timeline: Timeline;
  /** Until when it is drawn, epoch milliseconds. */
  readonly until: number;
  readonly gapsFromMs: number;
  /** How many entries the replay shows. */
  readonly count: number;
}

const MARGIN = 8;

/** One stream's time from left to right: stages, tools, events with the silences between them, and its viewers. */
export function TimelinePicture({ timeline, until, gapsFromMs, count }: TimelinePictureProps): ReactElement {
  const [place, whole] = useWidth<HTMLDivElement>();
  const width = Math.max(0, whole - 2 * MARGIN);
  const { entries, happenings } = timeline;
  const from = beginningOf(timeline);
  const scale = useMemo(() => timeScale(from, Math.max(until, from), width), [from, until, width]);
  const stages = useMemo(() => layOut(stageSpans(entries), scale, until), [entries, scale, until]);
  const tools = useMemo(() => layOut(toolSpans(entries), scale, until), [entries, scale, until]);

  const trackTop = stages.height + tools.height;
  const trackBottom = trackTop + TRACK_HEIGHT;
  const axisTop = trackBottom + (happenings.length === 0 ? 4 : 22);
  const shownUntil = scale(entries[count - 1]?.at ?? from);
  return (
    <div ref={place} className="min-w-0">
      <svg className="block overflow-visible" width={whole} height={axisTop + AXIS_HEIGHT} aria-hidden="true">
        <g transform={`translate(${MARGIN} 0)`}>
          <SpanBars layout={stages} top={0} right={width} until={until} className="fill-sunken stroke-edge" />
          <SpanBars
            layout={tools}
            top={stages.height}
            right={width}
            until={until}
            className="fill-accent-wash stroke-accent"
          />
          <EventTrack entries={entries} scale={scale} gapsFromMs={gapsFromMs} top={trackTop} width={width} />
          <HappeningMarks happenings={happenings} scale={scale} top={trackBottom + 4} from={from} />
          <path className="stroke-warn stroke-[1.5]" d={`M${shownUntil} ${trackTop - 3}V${trackBottom + 3}`} />
          <TimeAxis durationMs={Math.max(0, until - from)} top={axisTop} width={width} />
        </g>
      </svg>
    </div>
  );
}
