import { type ReactElement, memo, useMemo } from "react";
import { Progress, ToolChips } from "sluice/react-ui";
import { formatCount } from "../format.ts";
import { Sign } from "../sign.tsx";
import { blocksUntil } from "./blocks.ts";
import { shownAfter } from "./shown.ts";
import type { Timeline } from "./timeline.ts";

export interface TranscriptProps {
  readonly timeline: Timeline;
  /** How many of the entries are shown. */
  readonly count: number;
}

/** What a viewer saw after so many events. */
export function Transcript({ timeline, count }: TranscriptProps): ReactElement {
  const { text, textEnds, blockEnds, entries } = timeline;
  const blocks = blocksUntil(text, blockEnds, textEnds[count - 1] ?? 0);
  // Text is most of it, and changes nothing but the text.
  const others = useMemo(
    () => entries.flatMap(({ event }, index) => (event.type === "text-delta" ? [] : [index])),
    [entries],
  );
  const othersShown = others.findLastIndex((index) => index < count) + 1;
  const { status, tools, reasoning, cut, end } = useMemo(
    () => shownAfter(others.slice(0, othersShown).map((index) => entries[index]!)),
    [others, othersShown, entries],
  );
  return (
    <div className="grid content-start gap-3 text-[0.9375rem]">
      {status !== undefined && <Progress {...status} />}
      <ToolChips tools={tools} />
      {reasoning > 0 && <p className="sluice-hint">{formatCount(reasoning)} characters of reasoning</p>}
      {blocks.length === 0 && end === undefined && <p className="text-soft">No text yet.</p>}
      <div className="sluice-text">
        {blocks.map((block, index) => (
          // A block keeps its place: only the last one grows.
          // oxlint-disable-next-line react/no-array-index-key
          <Block key={index} text={block} />
        ))}
      </div>
      {cut && <p className="sluice-hint">Some events are too long to be shown here: their text is left out.</p>}
      {end !== undefined && (
        <p
          className={`flex items-center gap-2 border-t border-line pt-3 ${end.state === "error" ? "text-bad" : "text-soft"}`}
        >
          <Sign name={end.state} />
          {end.message}
        </p>
      )}
    </div>
  );
}

const Block = memo(function Block({ text }: { text: string }): ReactElement {
  return <div className="sluice-block">{text}</div>;
});
