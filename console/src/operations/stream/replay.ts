/** How fast a stream is shown again: as it was, four times as fast, or all at once. */
export type Speed = 1 | 4 | "instant";

/** A replay, as it stood at a moment of the clock. */
export interface Replay {
  readonly playing: boolean;
  readonly speed: Speed;
  /** Stream time at `since`, milliseconds after the stream's beginning; Infinity: at its end, wherever that is. */
  readonly place: number;
  /** Where a reader went by hand: exactly so many entries, though others were committed with the last of them. */
  readonly count: number | undefined;
  /** When `place` was true, clock milliseconds. */
  readonly since: number;
}

/** Everything is shown, and whatever comes is shown at once. */
export const AT_END: Replay = Object.freeze({ playing: false, speed: 1, place: Infinity, count: undefined, since: 0 });

/** Stream time that the replay shows at `now`; `times` are the entries' times after the beginning, ascending. */
export function placeAt({ playing, speed, place, since }: Replay, now: number, times: readonly number[]): number {
  if (!playing || speed === "instant") return place;
  const moved = place + (now - since) * speed;
  return moved >= (times.at(-1) ?? 0) ? Infinity : moved;
}

/** How many of the entries the replay shows at `now`. What was committed together is shown together. */
export function shownAt(replay: Replay, now: number, times: readonly number[]): number {
  return replay.count ?? entriesUntil(placeAt(replay, now, times), times);
}

/** A replay that has come to its end plays no longer. */
export function settled(replay: Replay, now: number, times: readonly number[]): Replay {
  return replay.playing && placeAt(replay, now, times) === Infinity ? { ...AT_END, speed: replay.speed } : replay;
}

/** Goes on from where it stands, or from the beginning where it stands at the end. */
export function play(replay: Replay, now: number, times: readonly number[]): Replay {
  const place = placeAt(replay, now, times);
  if (replay.speed === "instant") return { ...AT_END, speed: "instant" };
  return { ...replay, playing: true, place: place === Infinity ? 0 : place, count: undefined, since: now };
}

/** Stands still where it is. */
export function pause(replay: Replay, now: number, times: readonly number[]): Replay {
  return { ...replay, playing: false, place: placeAt(replay, now, times), since: now };
}

/** Goes to where there were `count` entries, and plays on from there where it played. */
export function seek(replay: Replay, count: number, now: number, times: readonly number[]): Replay {
  if (count >= times.length) return { ...AT_END, speed: replay.speed };
  const place = times[count - 1] ?? 0;
  return { ...replay, place, count: replay.playing ? undefined : count, since: now };
}

/** Changes the speed at the place where it is; `instant` shows the rest at once. */
export function withSpeed(replay: Replay, speed: Speed, now: number, times: readonly number[]): Replay {
  if (speed === "instant") return { ...AT_END, speed };
  return { ...replay, speed, place: placeAt(replay, now, times), since: now };
}

function entriesUntil(place: number, times: readonly number[]): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
