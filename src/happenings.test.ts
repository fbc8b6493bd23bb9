import { expect, it } from "vitest";
import { type Happening, Happenings } from "./happenings.ts";

const came = (at: number, transport: Happening["transport"] = "websocket"): Happening => ({
  at,
  kind: "viewer",
  connectionId: `c${at}`,
  transport,
});

it("what happened to a stream is told once to whoever remembers how far it was told", () => {
  const happenings = new Happenings();
  happenings.note("a", came(1));
  happenings.note("b", came(2));
  const first = happenings.since("a", 0);
  happenings.note("a", { at: 3, kind: "cancel" });
  expect(first.happenings).toEqual([came(1)]);
  expect(happenings.since("a", first.number).happenings).toEqual([{ at: 3, kind: "cancel" }]);
});

it("only so much is kept of a stream, and of so many streams: the oldest goes first", () => {
  const happenings = new Happenings();
  for (let at = 0; at < 100; at += 1) happenings.note("busy", came(at));
  for (let stream = 0; stream < 998; stream += 1) happenings.note(`s${stream}`, came(1));
  const ats = (streamId: string): number[] => happenings.since(streamId, 0).happenings.map(({ at }) => at);
  expect(ats("busy")).toEqual(Array.from({ length: 64 }, (_, index) => 36 + index));
  happenings.note("s0", came(2));
  for (let stream = 0; stream < 2; stream += 1) happenings.note(`t${stream}`, came(1));
  expect([ats("busy"), ats("s0")]).toEqual([[], [1, 2]]);
});

it("of polls, each of which is a connection, the first one is noted", () => {
  const happenings = new Happenings();
  for (const at of [1, 2, 3]) happenings.note("a", came(at, "poll"));
  happenings.note("a", came(4));
  expect(happenings.since("a", 0).happenings).toEqual([came(1, "poll"), came(4)]);
});

it("whoever listens to a stream is called for it alone, until he stops", () => {
  const happenings = new Happenings();
  let calls = 0;
  const stop = happenings.listen("a", () => (calls += 1));
  happenings.note("a", came(1));
  happenings.note("b", came(1));
  stop();
  happenings.note("a", came(2));
  expect(calls).toBe(1);
});
