import { describe, expect, it } from "vitest";
import {
  type Bench,
  bench,
  complete,
  delta,
  frame,
  json,
  reconnect,
  requested,
} from "../../test/support/client-bench.ts";
import { settled } from "../testing/fake-clock.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { flushOf } from "./flush.ts";
import "./reading.ts";
import { type RunView, viewOf } from "./run-view.ts";
import { FakePage } from "./test-support/fake-page.ts";

interface Watched {
  readonly at: Bench;
  readonly view: RunView;
  readonly page: FakePage;
  readonly socket: FakeSocket;
  /** How often it told of a change. */
  readonly told: () => number;
}

/** A view of a run whose stream has begun, on a page that the test draws. */
async function watched(): Promise<Watched> {
  const at = bench();
  const page = new FakePage();
  const { run, socket } = await requested(at);
  const view = viewOf(run, flushOf(page));
  let told = 0;
  view.subscribe(() => (told += 1));
  socket.deliver({ type: "start", streamId: "s", offset: "1-0", requestId: "r" });
  await settled();
  await page.draw();
  return { at, view, page, socket, told: () => told };
}

describe("the view of a run", () => {
  it("is one for each run, and reads it from the first event on without a second follow", async () => {
    const at = bench();
    const { run, socket } = await requested(at);
    const view = viewOf(run);
    expect(viewOf(run)).toBe(view);
    expect(view.state).toMatchObject({ status: "pending", requestId: "r" });
    socket.deliver({ type: "start", streamId: "s", offset: "1-0", requestId: "r" });
    socket.deliver(frame(1, [delta("One "), delta("two"), complete("One two", "done")]));
    await settled();
    expect(view.wholeText).toBe("One two");
    expect(view.state).toMatchObject({ status: "complete", streamId: "s", result: "done", offset: "1-3" });
    expect(socket.actions("resume")).toEqual([]);
  });

  it("changes once a frame while text comes, and its state not at all (client.md 5.3)", async () => {
    const { view, page, socket, told } = await watched();
    const { state } = view;
    const before = told();
    for (let picture = 0; picture < 5; picture += 1) {
      for (let event = 0; event < 20; event += 1) socket.deliver(frame(1 + picture * 20 + event, [delta("word ")]));
      await settled();
      await page.draw();
    }
    expect(view.wholeText).toBe("word ".repeat(100));
    expect(told() - before).toBeLessThanOrEqual(6);
    expect(view.state).toBe(state);
    expect(Object.isFrozen(view.state) && Object.isFrozen(view.text)).toBe(true);
  });

  it("shows 10,000 events of a hidden page in one step when it is seen", async () => {
    const { view, page, socket, told } = await watched();
    page.hide();
    const before = told();
    for (let event = 0; event < 10_000; event += 1) socket.deliver(frame(1 + event, [delta("word\n")]));
    await settled();
    await page.advance(10_000);
    expect([told() - before, view.wholeText]).toEqual([0, ""]);
    page.show();
    expect(told() - before).toBe(1);
    expect(view.wholeText).toBe("word\n".repeat(10_000));
  });

  it("shows the end at once, on a hidden page too, in one step with the text before it (law 5)", async () => {
    const { view, page, socket, told } = await watched();
    page.hide();
    const before = told();
    const usage = { inputTokens: 1, outputTokens: 2 };
    socket.deliver(frame(1, [delta("Half"), { type: "cancelled", partialLength: 4, usage }]));
    await settled();
    expect(told() - before).toBe(1);
    expect(view.text).toEqual({ blocks: [], tail: "Half", done: true });
    expect(view.state).toMatchObject({ status: "cancelled", partialLength: 4, usage });
    expect(view.state.error).toBeUndefined();
  });

  it("gathers stages, tools, data, messages, reasoning and usage", async () => {
    const { view, page, socket } = await watched();
    const queued = { type: "status", text: "In line", stage: "queued" };
    socket.deliver(frame(1, [queued]));
    await settled();
    await page.draw();
    expect(view.state.status).toBe("queued");
    const usage = { inputTokens: 10, outputTokens: 5 };
    socket.deliver(
      frame(2, [
        { type: "status", text: "Looking", progress: 0.5, stage: "search" },
        { type: "status", text: "Still looking", progress: 0.6, stage: "search" },
        { type: "reasoning-delta", text: "Hm" },
        { type: "reasoning-delta", text: "m." },
        { type: "tool-call", id: "a", name: "clock", input: {} },
        { type: "tool-call", id: "b", name: "map", input: { of: "here" } },
        { type: "tool-result", id: "b", error: "no map" },
        { type: "data", name: "card", value: 1 },
        { type: "data", name: "card", value: 2 },
        { type: "message", role: "assistant", content: "Hello" },
        { type: "usage", ...usage },
        { type: "something newer" },
      ]),
    );
    await settled();
    await page.draw();
    expect(view.state).toMatchObject({
      status: "streaming",
      progress: { text: "Still looking", value: 0.6, stage: "search" },
      stages: ["queued", "search"],
      reasoning: "Hmm.",
      tools: [
        { id: "a", name: "clock", input: {}, state: "running" },
        { id: "b", name: "map", input: { of: "here" }, error: "no map", state: "failed" },
      ],
      data: { card: 2 },
      messages: [{ role: "assistant", content: "Hello" }],
      usage,
    });
    socket.deliver(frame(14, [{ type: "tool-result", id: "a", output: "12:00" }]));
    await settled();
    await page.draw();
    expect(view.state.tools[0]).toEqual({ id: "a", name: "clock", input: {}, output: "12:00", state: "done" });
  });

  it("says that it resumes while the connection is away, and goes on exactly (law 3)", async () => {
    const { at, view, page, socket } = await watched();
    socket.deliver(frame(1, [delta("One ")]));
    socket.cut();
    await settled();
    await page.draw();
    expect(view.state.status).toBe("resuming");
    const next = await reconnect(at);
    next.deliver(frame(2, [delta("two"), complete("One two")]));
    await settled();
    expect(view.wholeText).toBe("One two");
    expect(view.state).toMatchObject({ status: "complete", timings: { resumes: 1, chunks: 2 } });
  });

  it("says that a cancel was asked for, until it is confirmed (law 6)", async () => {
    const { view, page, socket } = await watched();
    const cancelled = view.cancel();
    await settled();
    await page.draw();
    expect(view.state).toMatchObject({ status: "streaming", cancelling: true });
    expect(socket.actions("cancel")).toEqual([{ action: "cancel", streamId: "s" }]);
    socket.deliver(frame(1, [{ type: "cancelled", partialLength: 0 }]));
    await cancelled;
    await settled();
    expect(view.state).toMatchObject({ status: "cancelled", cancelling: false });
  });

  it("gives the error of the server, and of a stream that cannot be followed", async () => {
    const { view, socket } = await watched();
    const error = { type: "error", code: "upstream_throttled", message: "Busy", retryable: true };
    socket.deliver(frame(1, [delta("Half"), error]));
    await settled();
    expect(view.state).toMatchObject({ status: "error", error: { code: "upstream_throttled", message: "Busy" } });
    expect(view.wholeText).toBe("Half");

    const at = bench();
    const gone = viewOf(at.client.follow("gone"), flushOf(new FakePage()));
    await settled();
    at.sockets.last.accept();
    at.sockets.last.deliver({
      type: "error",
      streamId: "gone",
      code: "stream_gone",
      message: "Gone",
      retryable: false,
    });
    await settled();
    expect(gone.state).toMatchObject({ status: "error", error: { code: "stream_gone" } });
    expect(gone.text.done).toBe(true);
  });

  it("shows the whole answer of a stream that is followed from its middle, or had ended before that", async () => {
    const at = bench({
      "GET /streams/s": () =>
        json({ streamId: "s", state: "complete", offset: "1-3", text: "One two", result: "done" }),
    });
    const middle = viewOf(at.client.follow("s", { offset: "1-1" }), flushOf(new FakePage()));
    await settled();
    at.sockets.last.accept();
    at.sockets.last.deliver(frame(2, [delta("two"), complete("One two")]));
    await settled();
    expect(middle.wholeText).toBe("One two");

    const after = viewOf(at.client.follow("s", { offset: "1-3" }), flushOf(new FakePage()));
    await settled();
    at.sockets.last.deliver({ type: "ended", streamId: "s", state: "complete" });
    await after.run.result;
    await settled();
    expect(after.state).toMatchObject({ status: "complete", result: "done" });
    expect([after.wholeText, after.text.done]).toEqual(["One two", true]);
  });

  it("claims no end of a run that was only let go, by whoever began it (law 6)", async () => {
    const { view, page, socket } = await watched();
    socket.deliver(frame(1, [delta("Half")]));
    view.run.detach();
    await settled();
    await page.draw();
    expect([view.text, view.state.status]).toEqual([{ blocks: [], tail: "Half", done: false }, "streaming"]);
  });

  it("tells the run what was on the screen, once somebody watches and the picture is painted", async () => {
    const at = bench();
    const page = new FakePage();
    const { run, socket } = await requested(at);
    const view = viewOf(run, flushOf(page));
    socket.deliver({ type: "start", streamId: "s", offset: "1-0", requestId: "r" });
    await settled();
    await page.draw();
    expect(run.timings.shownAt).toBeUndefined();
    view.subscribe(() => {});
    socket.deliver(frame(1, [delta("Hello")]));
    await settled();
    expect(run.timings.shownAt).toBeUndefined();
    await page.draw();
    await page.draw();
    expect(run.timings.shownAt).toBeDefined();
    expect(run.seen).toBe("1-1");
  });
});
