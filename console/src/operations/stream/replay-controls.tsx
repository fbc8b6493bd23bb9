import type { ReactElement } from "react";
import { formatMs } from "../format.ts";
import { Sign } from "../sign.tsx";
import type { Speed } from "./replay.ts";
import { type Timeline, beginningOf } from "./timeline.ts";
import type { ReplayControl } from "./use-replay.ts";

const SPEEDS: readonly (readonly [Speed, string])[] = [
  [1, "1×"],
  [4, "4×"],
  ["instant", "Instant"],
];

/** Play and pause, the speed, and a range to go to any event. */
export function ReplayControls({ timeline, replay }: { timeline: Timeline; replay: ReplayControl }): ReactElement {
  const { entries } = timeline;
  const last = entries[replay.count - 1];
  const elapsed = last === undefined ? 0 : last.at - beginningOf(timeline);
  const words =
    last === undefined
      ? "before the first event"
      : `event ${last.seq} of ${entries.at(-1)!.seq}, after ${formatMs(elapsed)}`;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <button
          className="sluice-button sluice-small"
          type="button"
          disabled={entries.length === 0}
          onClick={replay.toggle}
        >
          <Sign name={replay.playing ? "pause" : "play"} />
          {replay.playing ? "Pause" : "Replay"}
        </button>
        <fieldset className="flex">
          <legend className="sluice-unseen">Speed</legend>
          {SPEEDS.map(([speed, name]) => (
            <label
              key={name}
              className="sluice-button sluice-small -ml-px rounded-none first-of-type:rounded-l-lg last-of-type:rounded-r-lg has-checked:z-[1] has-checked:border-accent has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                className="sluice-unseen"
                type="radio"
                name="speed"
                checked={replay.speed === speed}
                onChange={() => replay.choose(speed)}
              />
              {name}
            </label>
          ))}
        </fieldset>
        <p className="sluice-hint ml-auto tabular-nums">{words}</p>
      </div>
      <input
        className="h-6 w-full accent-accent"
        type="range"
        aria-label="Place in the stream, by event"
        aria-valuetext={words}
        min={0}
        max={entries.length}
        step={1}
        value={replay.count}
        onChange={(event) => replay.goTo(Number(event.target.value))}
      />
    </div>
  );
}
