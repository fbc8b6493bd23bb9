import { describe, expect, it } from "vitest";
import { gateway } from "../../src/gateway.ts";
import type { JsonObject } from "../../src/protocol/json.ts";
import { ask, goOn, plainDialect } from "../support/engine-fixture.ts";
import { LEASE_MS, type Nodes, startNodes } from "../support/nodes.ts";

/** `fail` ends with its process; `go` goes on in another. */
const both = gateway({ routes: { fail: ask, go: goOn }, dialect: plainDialect });

/** Frames as a reader of tests takes them in. */
function brief(frames: readonly JsonObject[]): string[] {
  return frames.map(({ type, offset, content, code }) => [offset, type, content ?? code].filter(Boolean).join(" "));
}

/** The first node runs this, and has said "a"; the second follows it. */
async function underWay(route: "fail" | "go", count = 2) {
  const all = await startNodes(count, both);
  const [first, second, third] = all.nodes;
  const asker = first!.connect({ session: "s" });
  asker.say({ action: route, requestId: "r" });
  const call = await first!.model.next();
  call.push("a");
  await all.settle();
  const streamId = asker.transport.frames[0]!["streamId"] as string;
  const viewer = second!.connect({ session: "s" });
  viewer.say({ action: "resume", streamId });
  await all.settle();
  return { ...all, first: first!, second: second!, third, asker, viewer, call, streamId };
}

async function expire({ clock, settle }: Nodes): Promise<void> {
  await clock.advance(LEASE_MS + LEASE_MS / 2);
  await settle();
}

describe("law 2: a stream that another node writes", () => {
  it("comes to its viewers by the bus, without any time passing", async () => {
    const { settle, viewer, call } = await underWay("fail");
    expect(brief(viewer.transport.frames)).toEqual(["1-0 start", "1-1 chunk a"]);
    call.push("b");
    await settle();
    call.push("c");
    call.end();
    await settle();
    expect(brief(viewer.transport.frames).slice(2)).toEqual(["1-2 chunk b", "1-3 chunk c", "1-4 done abc"]);
  });

  it("comes later where wake-ups are lost, and whole", async () => {
    const { clock, settle, viewer, call, deafen } = await underWay("fail");
    deafen();
    call.push("b", "c");
    await settle();
    expect(viewer.transport.frames).toHaveLength(2);
    call.end();
    await settle();
    await clock.advance(2000);
    await settle();
    expect(brief(viewer.transport.frames).slice(2)).toEqual(["1-2 chunk b", "1-3 chunk c", "1-4 done abc"]);
  });

  it("law 8: the same request on another node gives the same stream, and asks no model", async () => {
    const { second, streamId } = await underWay("fail");
    const other = second.connect({ session: "s" });
    other.say({ action: "fail", requestId: "r" });
    expect(await other.transport.frame("start")).toMatchObject({ streamId });
    expect(second.model.calls).toEqual([]);
  });

  it("law 6: is cancelled from any node, at once", async () => {
    const { settle, second, viewer, call, streamId } = await underWay("fail");
    const canceller = second.connect({ session: "s" });
    canceller.say({ action: "cancel", streamId });
    await settle();
    await call.stopped;
    await settle();
    expect(viewer.transport.frames.at(-1)).toMatchObject({ type: "cancelled", partialLength: 1 });
  });

  it("law 6: is cancelled within a lease where the wake-up is lost and its model is silent", async () => {
    const { clock, second, call, streamId, deafen } = await underWay("fail");
    deafen();
    second.connect({ session: "s" }).say({ action: "cancel", streamId });
    await clock.advance(LEASE_MS / 2);
    await call.stopped;
  });
});

describe("law 6: a cancel and a run on two nodes", () => {
  it("by a request id that comes before its request, and on another node: nothing is asked upstream, the canceller hears of it", async () => {
    const { clock, settle, nodes } = await startNodes(2, both);
    const [first, second] = [nodes[0]!, nodes[1]!];
    const canceller = second.connect({ session: "s" });
    canceller.say({ action: "cancel", requestId: "later" });
    await settle();
    const asker = first.connect({ session: "s" });
    asker.say({ action: "fail", requestId: "later" });
    expect(await asker.transport.frame("cancelled")).toMatchObject({ partialLength: 0 });
    await clock.advance(1000);
    expect(canceller.transport.frames).toMatchObject([{ type: "ended", state: "cancelled", requestId: "later" }]);
    expect(first.model.calls).toEqual([]);
    await clock.advance(20_000);
    expect(canceller.transport.frames).toHaveLength(1);
  });

  it("a run that stops when unwatched goes on while somebody follows it on another node, and stops after", async () => {
    const shy = { ...both.routes["fail"]!, stopWhenUnwatchedMs: 1000 };
    const { clock, settle, nodes } = await startNodes(2, { ...both, routes: { shy } });
    const [first, second] = [nodes[0]!, nodes[1]!];
    const asker = first.connect({ session: "s" });
    asker.say({ action: "shy" });
    const call = await first.model.next();
    await settle();
    const viewer = second.connect({ session: "s" });
    viewer.say({ action: "resume", streamId: asker.transport.frames[0]!["streamId"]! });
    await clock.advance(300);
    asker.connection.gone();
    await clock.advance(30_000);
    call.push("a");
    await settle();
    expect(brief(viewer.transport.frames)).toEqual(["1-0 start", "1-1 chunk a"]);
    viewer.connection.gone();
    await clock.advance(12_000);
    await call.stopped;
  });
});

describe("law 5: a run whose node died", () => {
  it("is ended as interrupted once its lease is over, by one of those that are left", async () => {
    const all = await underWay("fail", 3);
    all.first.cut();
    await all.clock.advance(LEASE_MS - 2000);
    expect(all.viewer.transport.frames).toHaveLength(2);
    await expire(all);
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["2-2 error interrupted"]);
    expect((await all.store.head(all.streamId))!.epochs).toEqual([0, 2]);
  });

  it("goes on in one of those that are left, with one call upstream; its viewers see the text go on", async () => {
    const all = await underWay("go", 3);
    all.first.cut();
    await expire(all);
    const calls = [...all.second.model.calls, ...all.third!.model.calls];
    expect(calls).toHaveLength(1);
    expect(calls[0]!.request.messages.slice(0, 2)).toEqual([
      { role: "user", content: "go" },
      { role: "assistant", content: "a" },
    ]);
    expect(calls[0]!.request.messages).toHaveLength(3);
    calls[0]!.push("b");
    calls[0]!.end();
    await all.settle();
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["2-2 chunk b", "2-3 done ab"]);
    const late = all.third!.connect({ session: "s" });
    late.say({ action: "resume", streamId: all.streamId, offset: "1-0" });
    await all.settle();
    expect(brief(late.transport.frames)).toEqual(["1-1 chunk a", "2-2 chunk b", "2-3 done ab"]);
  });

  it("goes on again and again, as often as its node dies, and its text is never doubled", async () => {
    const all = await underWay("go", 3);
    all.first.cut();
    await expire(all);
    const runner = all.second.model.calls.length > 0 ? all.second : all.third!;
    const other = runner === all.second ? all.third! : all.second;
    runner.model.calls[0]!.push("b");
    await all.settle();
    runner.cut();
    await expire(all);
    const [call] = other.model.calls;
    expect(call!.request.messages[1]).toEqual({ role: "assistant", content: "ab" });
    call!.push("c");
    call!.end();
    await all.settle();
    const reader = other.connect({ session: "s" });
    reader.say({ action: "resume", streamId: all.streamId });
    await all.settle();
    expect(reader.transport.frames.at(-1)).toMatchObject({ type: "done", content: "abc" });
  });

  it("is not asked for again where the model had finished: its handler ends with what there is", async () => {
    const all = await underWay("go");
    all.call.push({ type: "usage", inputTokens: 3, outputTokens: 1 });
    await all.settle();
    all.first.cut();
    await expire(all);
    expect(all.second.model.calls).toEqual([]);
    expect(all.viewer.transport.frames.at(-1)).toMatchObject({ type: "done", content: "a", offset: "2-3" });
  });

  it("that was cancelled meanwhile ends as cancelled where it would go on", async () => {
    const all = await underWay("go");
    all.first.cut();
    all.second.connect({ session: "s" }).say({ action: "cancel", streamId: all.streamId });
    await expire(all);
    expect(all.viewer.transport.frames.at(-1)).toMatchObject({ type: "cancelled", partialLength: 1, offset: "2-2" });
    expect(all.second.model.calls).toEqual([]);
  });

  it("and that was ended elsewhere stops when it turns out to be alive, however silent its model; its own viewers see the end", async () => {
    const all = await underWay("fail");
    all.first.cut();
    await expire(all);
    all.first.mend();
    await all.clock.advance(LEASE_MS / 2);
    await all.call.stopped;
    await all.clock.advance(2000);
    await all.settle();
    expect(brief(all.asker.transport.frames)).toEqual(["1-0 start", "1-1 chunk a", "2-2 error interrupted"]);
    expect(all.first.engine.runs.running).toBe(0);
  });

  it("law 6: is cancelled where it goes on, also by way of the node that does not know yet that it lost it", async () => {
    const all = await underWay("go");
    all.first.cut();
    await expire(all);
    const [call] = all.second.model.calls;
    all.first.mend();
    all.first.connect({ session: "s" }).say({ action: "cancel", streamId: all.streamId });
    await all.settle();
    await all.clock.advance(2000);
    await call!.stopped;
    await all.settle();
    expect(all.viewer.transport.frames.at(-1)).toMatchObject({ type: "cancelled", partialLength: 1 });
    expect((await all.store.head(all.streamId))!.state).toBe("cancelled");
  });

  it("is not ended by the very node that runs it, where that stood still for longer than a lease", async () => {
    const { clock, settle, nodes } = await startNodes(1, both);
    const [node] = nodes;
    const { say, transport } = node!.connect({ session: "s" });
    say({ action: "go" });
    const call = await node!.model.next();
    call.push("a");
    await settle();
    const thaw = node!.freeze();
    await clock.advance(2 * LEASE_MS);
    thaw();
    await clock.advance(LEASE_MS);
    await settle();
    expect(node!.model.calls).toHaveLength(1);
    call.push("b");
    call.end();
    await settle();
    expect(brief(transport.frames)).toEqual(["1-0 start", "1-1 chunk a", "1-2 chunk b", "1-3 done ab"]);
  });

  it("is fenced off when it turns out to be alive; its model is aborted, and its own viewers see the one text", async () => {
    const all = await underWay("go");
    all.first.cut();
    await expire(all);
    all.second.model.calls[0]!.push("b");
    await all.settle();
    all.first.mend();
    all.call.push("zombie");
    await all.clock.advance(2000);
    await all.settle();
    await all.call.stopped;
    all.second.model.calls[0]!.end();
    await all.clock.advance(2000);
    await all.settle();
    expect(brief(all.asker.transport.frames)).toEqual(["1-0 start", "1-1 chunk a", "2-2 chunk b", "2-3 done ab"]);
    expect(all.first.engine.runs.running).toBe(0);
  });
});

describe("law 4: a node that stood still, and does not know yet that another has its run", () => {
  it("takes back a viewer with the other's offset, and shows it what the other writes", async () => {
    const all = await underWay("go");
    all.first.cut();
    await expire(all);
    const [call] = all.second.model.calls;
    call!.push("b");
    await all.settle();
    all.first.mend();
    const back = all.first.connect({ session: "s" });
    back.say({ action: "resume", streamId: all.streamId, offset: "2-2" });
    await all.settle();
    call!.push("c");
    call!.end();
    await all.settle();
    expect(brief(back.transport.frames)).toEqual(["2-3 chunk c", "2-4 done abc"]);
    await all.call.stopped;
  });
});

describe("S14: leases", () => {
  it("a run whose model is silent for long is not taken for dead", async () => {
    const all = await underWay("fail");
    await all.clock.advance(5 * LEASE_MS);
    all.call.push("b");
    all.call.end();
    await all.settle();
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["1-2 chunk b", "1-3 done ab"]);
  });

  it("nobody counts as dead for a lease's time after the store was away: its writers could not be heard", async () => {
    const all = await underWay("fail");
    for (const node of all.nodes) node.cut();
    await all.clock.advance(3 * LEASE_MS);
    for (const node of all.nodes) node.mend();
    all.call.push("b");
    await all.settle();
    all.call.end();
    await all.clock.advance(LEASE_MS);
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["1-2 chunk b", "1-3 done ab"]);
  });
});

describe("law 4: a tail that the store has lost", () => {
  /** The store forgets the last event, as a failover may. */
  async function losesTail(all: Awaited<ReturnType<typeof underWay>>): Promise<void> {
    const { store, streamId } = all;
    const [head, append] = [(await store.head(streamId))!, store.append.bind(store)];
    const kept = await store.read(streamId, undefined, 1e6);
    const lost = kept.slice(0, -1);
    await store.takeover(streamId, 1);
    await append([{ streamId, epoch: 2, seq: head.seq + 1, at: 0, events: ["{}"], end: "error" }]);
    await store.erase(streamId, 0);
    await store.sweep(Number.MAX_SAFE_INTEGER, 0);
    await store.open({ ...head, createdAt: all.clock.now() }, lost[0]!.json);
    const rest = lost.slice(1).map(({ json }) => json);
    if (rest.length > 0) await append([{ streamId, epoch: 1, seq: 1, at: all.clock.now(), events: rest }]);
  }

  it("is found by its writer, which gives the stream up; who saw it is told, and the others read on", async () => {
    const all = await underWay("go");
    const early = all.first.connect({ session: "s" });
    all.call.push("lost");
    await all.settle();
    await losesTail(all);
    all.call.push("b");
    await all.clock.advance(2000);
    await all.settle();
    await all.call.stopped;
    expect(all.asker.transport.frames.at(-1)).toMatchObject({ type: "error", code: "stream_gone" });
    expect(all.viewer.transport.frames.at(-1)).toMatchObject({ type: "error", code: "stream_gone" });
    const [call] = all.nodes.flatMap(({ model }) => model.calls.slice(model === all.first.model ? 1 : 0));
    expect(call!.request.messages[1]).toEqual({ role: "assistant", content: "a" });
    call!.push("c");
    call!.end();
    early.say({ action: "resume", streamId: all.streamId, offset: "1-1" });
    await all.clock.advance(2000);
    await all.settle();
    expect(brief(early.transport.frames)).toEqual(["2-2 chunk c", "2-3 done ac"]);
  });

  it("with the whole stream is told as gone, and its run stops", async () => {
    const all = await underWay("go");
    const { store, streamId } = all;
    await store.takeover(streamId, 1);
    await store.append([{ streamId, epoch: 2, seq: 2, at: 0, events: ["{}"], end: "error" }]);
    await store.erase(streamId, 0);
    await store.sweep(Number.MAX_SAFE_INTEGER, 0);
    all.call.push("b");
    await all.clock.advance(2000);
    await all.settle();
    await all.call.stopped;
    expect(all.asker.transport.frames.at(-1)).toMatchObject({ type: "error", code: "stream_gone" });
    expect(all.viewer.transport.frames.at(-1)).toMatchObject({ type: "error", code: "stream_gone" });
    expect(all.first.engine.runs.running).toBe(0);
  });
});

describe("a node that is to stop", () => {
  it("lets its runs finish within the grace time", async () => {
    const all = await underWay("go");
    const drained = all.first.engine.drain(5000);
    await all.clock.advance(4000);
    all.call.push("b");
    all.call.end();
    await all.settle();
    await drained;
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["1-2 chunk b", "1-3 done ab"]);
  });

  it("hands over what does not finish, with all that was said, without waiting for a lease", async () => {
    const all = await underWay("go");
    const drained = all.first.engine.drain(5000);
    await all.clock.advance(4999);
    all.call.push("b");
    await all.clock.advance(1);
    await drained;
    await all.call.stopped;
    await all.settle();
    const [call] = all.second.model.calls;
    expect(call!.request.messages[1]).toEqual({ role: "assistant", content: "ab" });
    call!.push("c");
    call!.end();
    await all.settle();
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["1-2 chunk b", "2-3 chunk c", "2-4 done abc"]);
  });

  it("ends as interrupted what may not go on, and takes nothing new", async () => {
    const all = await underWay("fail");
    const drained = all.first.engine.drain(5000);
    await all.settle();
    const late = all.first.connect();
    late.say({ action: "fail" });
    await all.settle();
    expect(late.transport.frames).toMatchObject([{ type: "error", code: "interrupted" }]);
    await all.clock.advance(5000);
    await drained;
    expect(brief(all.viewer.transport.frames).slice(2)).toEqual(["1-2 error interrupted"]);
  });
});
