import { expect, it } from "vitest";
import type { JsonObject } from "../protocol/json.ts";
import { operationsLab } from "./test-support/operations-lab.ts";
import type { ConnectionChanges, PaceSample, StreamChanges } from "./types.ts";

it("watch: says who answers, then every second what has changed, and no row twice", async () => {
  await using lab = await operationsLab();
  const operator = lab.link("operations");
  operator.say({ action: "watch" });
  const viewer = lab.link("app");
  viewer.say({ action: "ask", requestId: "r" });
  const call = await lab.model.next();
  const { streamId } = await viewer.transport.frame("start");
  await lab.pass(400);
  call.push("ab", "c");
  await lab.pass(0);
  await lab.pass(600);

  expect(operator.data("node")).toEqual([
    { id: expect.any(String), startedAt: expect.any(Number), version: "0.1.0", standIn: true, now: expect.any(Number) },
  ]);
  const [row] = (operator.data("streams").at(-1) as StreamChanges).set;
  expect(row).toMatchObject({ app: "app", streamId, route: "ask", owner: "", state: "running", epoch: 1, viewers: 1 });
  expect(row).toMatchObject({ seq: 2, tokens: 2, characters: 3, firstTokenMs: 400 });
  const [connection] = (operator.data("connections").at(-1) as ConnectionChanges).set;
  expect(connection).toEqual({
    id: viewer.connection.id,
    app: "app",
    transport: "websocket",
    owner: "",
    since: expect.any(Number),
    bufferedBytes: 0,
    follows: [{ streamId, offset: "1-2", behind: 0 }],
  });
  const pace = operator.data("pace").at(-1) as PaceSample;
  expect(pace).toMatchObject({ tokensPerSecond: 2, eventsPerSecond: 2, running: 1, connections: 1 });
  expect(pace.firstToken).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  expect(pace.interToken).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

  const told = operator.data("streams").length;
  await lab.pass(2000);
  expect(operator.data("streams")).toHaveLength(told);
  expect(operator.data("pace").at(-1)).toMatchObject({ tokensPerSecond: 0, eventsPerSecond: 0, running: 1 });

  call.end();
  await viewer.event("complete");
  viewer.connection.gone();
  await lab.pass(1000);
  expect(operator.data("streams").at(-1)).toMatchObject({
    set: [{ streamId, state: "complete", viewers: 0 }],
    gone: [],
  });
  expect(operator.data("connections").at(-1)).toEqual({ set: [], gone: [viewer.connection.id] });
  await lab.pass(300_000);
  expect(operator.data("streams").at(-1)).toEqual({ set: [], gone: [streamId] });
});

it("law 7: a reader who takes nothing shows as so many events behind", async () => {
  await using lab = await operationsLab();
  const operator = lab.link("operations");
  operator.say({ action: "watch" });
  const viewer = lab.link("app");
  viewer.say({ action: "ask" });
  const call = await lab.model.next();
  await viewer.transport.frame("start");
  viewer.transport.writable = false;
  viewer.transport.bufferedBytes = 300_000;
  call.push("a", "b", "c");
  await lab.pass(0);
  await lab.pass(1000);
  const [row] = (operator.data("connections").at(-1) as ConnectionChanges).set;
  expect(row).toMatchObject({ bufferedBytes: 300_000, follows: [{ offset: "1-0", behind: 3 }] });
});

it("what failed shows its reason, and the operator's own streams and connections show up nowhere", async () => {
  await using lab = await operationsLab();
  const [operator, other] = [lab.link("operations"), lab.link("operations")];
  operator.say({ action: "watch" });
  other.say({ action: "disconnect", connectionId: "nobody" });
  const viewer = lab.link("app");
  viewer.say({ action: "ask" });
  (await lab.model.next()).fail(new Error("secret of the server"));
  await viewer.event("error");
  await lab.pass(3000);
  const rows = (operator.data("streams") as StreamChanges[]).flatMap(({ set }) => set);
  expect(new Set(rows.map(({ app }) => app))).toEqual(new Set(["app"]));
  expect(rows.at(-1)).toMatchObject({ state: "error", error: { code: "internal", message: expect.any(String) } });
  expect(JSON.stringify(rows)).not.toContain("secret");
  const connections = (operator.data("connections") as ConnectionChanges[]).flatMap(({ set }) => set);
  expect(new Set(connections.map(({ id }) => id))).toEqual(new Set([viewer.connection.id]));
  // One event of the viewer's run, its end; those of the operators' own runs do not count.
  const paces = operator.data("pace") as PaceSample[];
  expect(paces.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0)).toBeCloseTo(1, 5);
  expect(paces.at(-1)).toMatchObject({ running: 0, connections: 1 });
});

it("law 6: watch stops when nobody has watched it for ten seconds, and after ten minutes by itself", async () => {
  await using lab = await operationsLab();
  const leaving = lab.link("operations");
  leaving.say({ action: "watch" });
  await leaving.transport.frame("start");
  leaving.connection.gone();
  await lab.pass(9000);
  expect(lab.server.engine.runs.running).toBe(1);
  await lab.pass(2000);
  expect(lab.server.engine.runs.running).toBe(0);

  const staying = lab.link("operations");
  staying.say({ action: "watch" });
  await staying.transport.frame("start");
  await lab.pass(599_000);
  expect(lab.server.engine.runs.running).toBe(1);
  await lab.pass(1000);
  expect(await staying.event("complete")).toMatchObject({ result: { until: lab.clock.now() } });
});

it("a server that closes does not wait for those who watch it", async () => {
  await using lab = await operationsLab();
  const operator = lab.link("operations");
  operator.say({ action: "watch" });
  await operator.transport.frame("start");
  await lab.server.close();
  expect(((await operator.event("complete")) as unknown as JsonObject)["type"]).toBe("complete");
});
