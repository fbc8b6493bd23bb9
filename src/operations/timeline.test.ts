import { expect, it } from "vitest";
import { type LabLink, operationsLab } from "./test-support/operations-lab.ts";
import type { Happening, TimelineEntry } from "./types.ts";

function entries(operator: LabLink): TimelineEntry[] {
  return (operator.data("entries") as TimelineEntry[][]).flat();
}

it("timeline: the stream's head, every event with its time, live, and whoever comes, resumes, leaves and cancels", async () => {
  await using lab = await operationsLab();
  const { clock } = lab;
  const viewer = lab.link("app");
  viewer.say({ action: "ask", requestId: "r1" });
  const call = await lab.model.next();
  const { streamId } = (await viewer.transport.frame("start")) as { streamId: string };
  call.push("a");
  await lab.pass(0);

  const operator = lab.link("operations");
  operator.say({ action: "timeline", app: "app", streamId });
  await operator.transport.until(() => operator.data("entries")[0]);
  expect(operator.data("head")).toEqual([
    { app: "app", streamId, route: "ask", owner: "", requestId: "r1", createdAt: clock.now(), epochs: [0] },
  ]);
  expect(entries(operator).map(({ event }) => event)).toEqual([
    { type: "start", route: "ask", requestId: "r1" },
    { type: "text-delta", text: "a" },
  ]);

  await lab.pass(5000);
  call.push("b", "c");
  await lab.pass(0);
  await lab.pass(100);
  viewer.connection.gone();
  const second = lab.link("app");
  second.say({ action: "resume", streamId, offset: "1-2" });
  await second.transport.frame("events");
  second.say({ action: "cancel", streamId });
  await second.event("cancelled");
  await lab.pass(100);

  expect(await operator.event("complete")).toMatchObject({ result: { state: "cancelled" } });
  const start = clock.now() - 5200;
  expect(entries(operator).map(({ seq, epoch, at, event }) => [epoch, seq, at - start, event.type])).toEqual([
    [1, 0, 0, "start"],
    [1, 1, 0, "text-delta"],
    [1, 2, 5000, "text-delta"],
    [1, 3, 5000, "text-delta"],
    [1, 4, 5100, "cancelled"],
  ]);
  const [first, other] = [viewer.connection.id, second.connection.id];
  const happenings = (operator.data("happenings") as Happening[][]).flat();
  expect(happenings.map(({ at, ...rest }) => ({ at: at - start, ...rest }))).toEqual([
    { at: 0, kind: "viewer", connectionId: first, transport: "websocket" },
    { at: 5100, kind: "left", connectionId: first, transport: "websocket", offset: "1-3" },
    { at: 5100, kind: "resumed", connectionId: other, transport: "websocket", offset: "1-2" },
    { at: 5100, kind: "cancel", connectionId: other },
  ]);
});

it("timeline: asks the store for nothing while the stream stands still, and whoever looks is no viewer", async () => {
  await using lab = await operationsLab();
  const viewer = lab.link("app");
  viewer.say({ action: "ask" });
  await lab.model.next();
  const { streamId } = (await viewer.transport.frame("start")) as { streamId: string };
  const operator = lab.link("operations");
  operator.say({ action: "timeline", app: "app", streamId });
  await operator.transport.until(() => operator.data("entries")[0]);
  const { engine } = lab.server;
  let reads = 0;
  const { read, head } = engine.store;
  Object.assign(engine.store, {
    read: (...input: Parameters<typeof read>) => (reads++, read.apply(engine.store, input)),
    head: (...input: Parameters<typeof head>) => (reads++, head.apply(engine.store, input)),
  });
  await lab.pass(60_000);
  expect(reads).toBe(0);
  expect([engine.hub.watching(streamId), engine.inspection!.viewers(streamId)]).toEqual([2, 1]);
  operator.connection.gone();
  await lab.pass(11_000);
  expect([engine.hub.watching(streamId), engine.inspection!.viewers(streamId)]).toEqual([1, 1]);
});

it("timeline: a long stream that has ended comes whole, in parts of at most 100 events", async () => {
  await using lab = await operationsLab();
  const viewer = lab.link("app");
  viewer.say({ action: "ask" });
  const call = await lab.model.next();
  const { streamId } = (await viewer.transport.frame("start")) as { streamId: string };
  for (let number = 0; number < 1000; number += 1) call.push(`${number} `);
  call.end();
  await viewer.event("complete");
  const operator = lab.link("operations");
  operator.say({ action: "timeline", app: "app", streamId });
  expect(await operator.event("complete")).toMatchObject({ result: { state: "complete" } });
  expect(entries(operator).map(({ seq }) => seq)).toEqual(Array.from({ length: 1002 }, (_, seq) => seq));
  const parts = operator.data("entries") as TimelineEntry[][];
  expect(Math.max(...parts.map((part) => part.length))).toBe(100);
});

it.each([
  ["an unknown stream", { app: "app", streamId: "nobodys" }, "not_found"],
  ["a stream of the operator's side itself", { app: "operations", streamId: "own" }, "not_found"],
  ["another app's stream", { app: "other", streamId: "own" }, "not_found"],
])("law 11: %s has no timeline", async (_name, input, code) => {
  await using lab = await operationsLab();
  const operator = lab.link("operations");
  operator.say({ action: "watch" });
  const { streamId } = (await operator.transport.frame("start")) as { streamId: string };
  const asked = { ...input, streamId: input.streamId === "own" ? streamId : input.streamId };
  operator.say({ action: "timeline", ...asked });
  expect(await operator.event("error")).toMatchObject({ code });
});

it("law 11: a timeline without its stream's name is bad_request, and starts nothing", async () => {
  await using lab = await operationsLab();
  const operator = lab.link("operations");
  operator.say({ action: "timeline", app: "app", streamId: 7 });
  expect(await operator.transport.frame("error")).toMatchObject({ code: "bad_request" });
  expect(lab.server.engine.runs.running).toBe(0);
});
