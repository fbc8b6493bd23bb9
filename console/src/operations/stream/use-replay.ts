import { useEffect, useMemo, useState } from "react";
import { AT_END, type Replay, type Speed, pause, play, seek, settled, shownAt, withSpeed } from "./replay.ts";
import type { Timeline } from "./timeline.ts";
import { beginningOf } from "./timeline.ts";

/** A stream shown again. */
export interface ReplayControl {
  readonly playing: boolean;
  readonly speed: Speed;
  /** How many of the entries are shown. */
  readonly count: number;
  readonly toggle: () => void;
  readonly choose: (speed: Speed) => void;
  readonly goTo: (count: number) => void;
}

/** Shows a timeline as it came: by its commit times, at the chosen speed. */
export function useReplay(timeline: Timeline): ReplayControl {
  const { entries } = timeline;
  const beginning = beginningOf(timeline);
  const times = useMemo(() => entries.map(({ at }) => at - beginning), [entries, beginning]);
  const [replay, setReplay] = useState<Replay>(AT_END);
  const [now, setNow] = useState(0);

  useEffect(() => {
    if (!replay.playing) return;
    let frame = 0;
    const tick = (): void => {
      const at = performance.now();
      setNow(at);
      setReplay((current) => settled(current, at, times));
      frame = requestAnimationFrame(tick);
    };
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  }, [replay.playing, times]);

  const change = (next: (replay: Replay, now: number) => Replay): void => {
    const at = performance.now();
    setNow(at);
    setReplay((current) => next(current, at));
  };
  return {
    playing: replay.playing,
    speed: replay.speed,
    count: shownAt(replay, now, times),
    toggle: () => change((current, at) => (current.playing ? pause(current, at, times) : play(current, at, times))),
    choose: (speed) => change((current, at) => withSpeed(current, speed, at, times)),
    goTo: (count) => change((current, at) => seek(current, count, at, times)),
  };
}
