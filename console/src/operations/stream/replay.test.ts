import { describe, expect, it } from "vitest";
import { AT_END, pause, placeAt, play, seek, settled, shownAt, withSpeed } from "./replay.ts";

/** Two were committed together at 100. */
const TIMES = [0, 100, 100, 400, 1000];

describe("a replay", () => {
  it("shows everything, and what comes, until somebody plays", () => {
    expect(shownAt(AT_END, 123, TIMES)).toBe(5);
    expect(shownAt(AT_END, 123, [...TIMES, 2000])).toBe(6);
  });

  it("begins anew from the end, and shows each event at its commit time", () => {
    const playing = play(AT_END, 5000, TIMES);
    expect([5000, 5099, 5100, 5399, 5400, 5999].map((now) => shownAt(playing, now, TIMES))).toEqual([1, 1, 3, 3, 4, 4]);
  });

  it("is four times as fast at 4x, and goes on from the same place when the speed changes", () => {
    const changed = withSpeed(play(AT_END, 0, TIMES), 4, 100, TIMES);
    expect(placeAt(changed, 100, TIMES)).toBe(100);
    expect(placeAt(changed, 175, TIMES)).toBe(400);
  });

  it("is at its end at once at instant speed", () => {
    expect(shownAt(withSpeed(play(AT_END, 0, TIMES), "instant", 50, TIMES), 50, TIMES)).toBe(5);
  });

  it("stands still while paused, and plays on from there", () => {
    const paused = pause(play(AT_END, 0, TIMES), 150, TIMES);
    expect(shownAt(paused, 9999, TIMES)).toBe(3);
    expect(shownAt(play(paused, 9999, TIMES), 9999 + 250, TIMES)).toBe(4);
  });

  it("goes to any single event by hand, also among those that were committed together", () => {
    const steps = [4, 3, 2, 1, 0].map((count) => shownAt(seek(AT_END, count, 0, TIMES), 50, TIMES));
    expect(steps).toEqual([4, 3, 2, 1, 0]);
    expect(seek(seek(AT_END, 2, 0, TIMES), 5, 0, TIMES)).toEqual(AT_END);
  });

  it("plays on from where it was put", () => {
    const playing = play(seek(AT_END, 2, 0, TIMES), 0, TIMES);
    expect(shownAt(playing, 300, TIMES)).toBe(4);
    expect(shownAt(seek(play(AT_END, 0, TIMES), 4, 10, TIMES), 10, TIMES)).toBe(4);
  });

  it("plays no longer once it has come to the end", () => {
    const playing = play(AT_END, 0, TIMES);
    expect(settled(playing, 999, TIMES)).toBe(playing);
    expect(settled(playing, 1000, TIMES)).toEqual(AT_END);
  });
});
