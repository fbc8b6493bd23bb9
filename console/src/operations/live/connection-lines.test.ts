import { expect, it } from "vitest";
import { aConnection } from "../testing/rows.ts";
import { foldConnections, lagOf, transportMix } from "./connection-lines.ts";

const follows = [
  { streamId: "s", offset: "1-4", behind: 3 },
  { streamId: "t", offset: "1-9", behind: 0 },
];

it("counts the transports of each stream's viewers", () => {
  const set = [
    aConnection("a", { follows }),
    aConnection("b", { follows: follows.slice(0, 1), transport: "sse" }),
    aConnection("c", { follows: follows.slice(0, 1) }),
  ];
  expect([...transportMix(foldConnections(new Map(), set, []))]).toEqual([
    ["s", "1 sse, 2 websocket"],
    ["t", "websocket"],
  ]);
});

it("has the lag of the slowest of a connection's cursors", () => {
  expect(lagOf(aConnection("a", { follows }))).toBe(3);
  expect(lagOf(aConnection("b"))).toBe(0);
});
