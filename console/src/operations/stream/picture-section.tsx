import { type ReactElement, useMemo } from "react";
import type { StreamRow } from "sluice/operations";
import { counted } from "sluice/react-ui";
import { formatMs } from "../format.ts";
import type { LiveStore } from "../live/live-store.ts";
import { useServerNow } from "../now.ts";
import { PANEL } from "../panel.ts";
import { ScrollBox } from "../scroll-box.tsx";
import { operationsHref } from "../place.ts";
import { type Gap, gapsIn } from "./gaps.ts";
import { HAPPENING_WORDS, HappeningShape, happeningInWords } from "./happening-marks.tsx";
import { toolSpans } from "./spans.ts";
import { TimelinePicture } from "./timeline-picture.tsx";
import { type Timeline, beginningOf } from "./timeline.ts";

export interface PictureSectionProps {
  readonly app: string;
  readonly streamId: string;
  readonly state: StreamRow["state"];
  readonly timeline: Timeline;
  readonly live: LiveStore;
  readonly count: number;
  readonly gapsFromMs: number;
  readonly onGapsFrom: (ms: number) => void;
}

/** From how long on a silence is shown, milliseconds. */
const GAP_CHOICES_MS = [100, 250, 500, 1000, 5000, 30_000] as const;

/** The picture of the stream's time, what it shows in words, and the way to each silence. */
export function PictureSection(props: PictureSectionProps): ReactElement {
  const { app, streamId, state, timeline, live, count, gapsFromMs, onGapsFrom } = props;
  const { entries, happenings } = timeline;
  const from = beginningOf(timeline);
  const now = useServerNow(live);
  const last = entries.at(-1)?.at ?? from;
  const until = state === "running" ? Math.max(now, last) : last;
  const gaps = useMemo(() => gapsIn(entries, gapsFromMs), [entries, gapsFromMs]);
  const words = useMemo(() => inWords(timeline, until, gaps, gapsFromMs), [timeline, until, gaps, gapsFromMs]);
  return (
    <figure className={`${PANEL} grid min-w-0 gap-3 p-4`} aria-labelledby="timeline-heading">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h2 id="timeline-heading" className="text-lg font-semibold">
          Timeline
        </h2>
        <label className="flex items-center gap-2 text-sm text-soft">
          Silences from
          <select
            className="input w-auto py-1 text-sm"
            value={gapsFromMs}
            onChange={(event) => onGapsFrom(Number(event.target.value))}
          >
            {GAP_CHOICES_MS.map((ms) => (
              <option key={ms} value={ms}>
                {formatMs(ms)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <TimelinePicture timeline={timeline} until={until} gapsFromMs={gapsFromMs} count={count} />
      <figcaption className="grid gap-2 text-sm">
        <p>{words}</p>
        {gaps.length > 0 && <GapLinks app={app} streamId={streamId} gaps={gaps} />}
        {happenings.length > 0 && (
          <details>
            <summary id="happenings" className="flex flex-wrap gap-x-4 gap-y-1 text-soft">
              {[...new Set(happenings.map(({ kind }) => kind))].map((kind) => (
                <span key={kind} className="inline-flex items-center gap-1.5">
                  <svg className="size-2.5 overflow-visible" viewBox="0 0 10 10" aria-hidden="true">
                    <HappeningShape kind={kind} />
                  </svg>
                  {HAPPENING_WORDS[kind]}
                </span>
              ))}
              <span className="link">All {happenings.length}</span>
            </summary>
            <ScrollBox labelledBy="happenings" className="mt-2 max-h-60">
              <ol>
                {happenings.map((happening, index) => (
                  // The list only grows.
                  // oxlint-disable-next-line react/no-array-index-key
                  <li key={index}>{happeningInWords(happening, from)}</li>
                ))}
              </ol>
            </ScrollBox>
          </details>
        )}
      </figcaption>
    </figure>
  );
}

const MOST_LINKS = 12;

function GapLinks({ app, streamId, gaps }: { app: string; streamId: string; gaps: readonly Gap[] }): ReactElement {
  const longest = gaps.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST_LINKS);
  return (
    <ul className="flex flex-wrap gap-2" aria-label="The longest silences">
      {longest
        .sort((a, b) => a.seq - b.seq)
        .map(({ seq, from, to }) => (
          <li key={seq}>
            <a className="chip inline-block py-0.5" href={operationsHref(app, streamId, seq)}>
              {formatMs(to - from)} before event {seq}
            </a>
          </li>
        ))}
    </ul>
  );
}

function inWords({ entries, happenings }: Timeline, until: number, gaps: readonly Gap[], gapsFromMs: number): string {
  const duration = until - (entries[0]?.at ?? until);
  const tools = toolSpans(entries);
  const failed = tools.filter((tool) => tool.failed).length;
  const resumes = happenings.filter(({ kind }) => kind === "resumed").length;
  const parts = [
    `${counted(entries.length, "event")} in ${formatMs(duration)}`,
    gaps.length === 0
      ? `no silence of ${formatMs(gapsFromMs)} or more`
      : `${counted(gaps.length, "silence")} of ${formatMs(gapsFromMs)} or more`,
    ...(tools.length === 0 ? [] : [counted(tools.length, "tool call") + (failed === 0 ? "" : ` (${failed} failed)`)]),
    ...(resumes === 0 ? [] : [counted(resumes, "resume")]),
  ];
  return `${parts.join(", ")}.`;
}
