import { expect, it } from "vitest";
import type { Event } from "../protocol/events.ts";
import { timelineEntry } from "./timeline-entry.ts";

const entryOf = (event: Event) => timelineEntry({ seq: 3, epoch: 1, at: 7, json: JSON.stringify(event) });

it("an event of a usual size is shown as it is stored", () => {
  const event: Event = { type: "tool-call", id: "t", name: "search", input: { words: "x".repeat(10_000) } };
  expect(entryOf(event)).toEqual({ seq: 3, epoch: 1, at: 7, event });
});

it("of a huge event the long members are left out, and its length is told", () => {
  const event: Event = { type: "complete", text: "x".repeat(40_000), result: { rows: "y".repeat(5000) } };
  expect(entryOf(event)).toEqual({
    seq: 3,
    epoch: 1,
    at: 7,
    event: { type: "complete", text: "", result: null },
    cutBytes: JSON.stringify(event).length,
  });
});
