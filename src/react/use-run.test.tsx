// @vitest-environment happy-dom
import { Activity, StrictMode, useEffect } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Bench, bench, complete, delta, frame, start as startFrame } from "../../test/support/client-bench.ts";
import { mount } from "../react-ui/test-support/mount.ts";
import { settled } from "../testing/fake-clock.ts";
import type { FakeSocket } from "../testing/fake-socket.ts";
import { useConnection, useRun } from "./index.ts";
import "./reading.ts";
import { probe, until } from "./test-support/probe.tsx";

const INPUT = { question: "?" };

beforeEach(() => sessionStorage.clear());
afterEach(() => void vi.useRealTimers());

async function accepted({ sockets }: Bench): Promise<FakeSocket> {
  await settled();
  sockets.last.accept();
  return sockets.last;
}

describe("useRun", () => {
  it("is one run on one socket under StrictMode, and is let go 2 s after it was unmounted, not cancelled (law 6)", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const at = bench();
    const shown = probe(() => {
      const run = useRun(at.client, "ask");
      const { start } = run;
      useEffect(() => void start(INPUT, { requestId: "r" }), [start]);
      return run;
    });
    const { does, shows } = await mount(<StrictMode>{shown.element}</StrictMode>);
    const socket = await accepted(at);
    await does(() => socket.deliver(startFrame));
    const { run } = shown.value.view!;
    await does(() => vi.advanceTimersByTime(5000));
    expect(run.error).toBeUndefined();
    await shows(null);
    vi.advanceTimersByTime(1999);
    expect(run.error).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(run.error).toMatchObject({ code: "interrupted" });
    expect(at.sockets.all).toHaveLength(1);
    expect(socket.actions("ask")).toHaveLength(1);
    expect([...socket.actions("cancel"), ...socket.actions("resume")]).toEqual([]);
  });

  it("gives the state, the text and the result; its functions stay the same", async () => {
    const at = bench();
    const shown = probe(() => useRun(at.client, "ask"));
    const { does } = await mount(shown.element);
    expect(shown.value).toMatchObject({ status: "idle", text: "", stages: [] });
    const { start, retry, cancel, clear } = shown.value;
    await does(() => start(INPUT, { requestId: "r" }));
    expect(shown.value.status).toBe("pending");
    const socket = await accepted(at);
    await does(() => {
      socket.deliver(startFrame);
      socket.deliver(frame(1, [delta("One "), delta("two"), complete("One two", "done")]));
      return until(shown.value.view!, ({ state }) => state.status === "complete");
    });
    expect(shown.value).toMatchObject({
      status: "complete",
      text: "One two",
      result: "done",
      start,
      retry,
      cancel,
      clear,
    });
  });

  it("starts the same input as another request on retry, and shows nothing once it is cleared", async () => {
    const at = bench();
    const shown = probe(() => useRun(at.client, "ask", { keep: "answer" }));
    const { does } = await mount(shown.element);
    expect(shown.value.retry()).toBeUndefined();
    await does(() => shown.value.start(INPUT));
    await does(() => shown.value.retry());
    const [first, second] = (await accepted(at)).actions("ask");
    expect(second).toEqual({ ...first, requestId: expect.any(String) });
    expect(second!["requestId"]).not.toBe(first!["requestId"]);
    await does(() => shown.value.clear());
    expect(shown.value.status).toBe("idle");
    expect(sessionStorage.getItem("answer")).toBe("[]");
  });

  it("cancels, and says so until it is confirmed (law 6)", async () => {
    const at = bench();
    const shown = probe(() => useRun(at.client, "ask"));
    const { does } = await mount(shown.element);
    await does(() => shown.value.start(INPUT, { requestId: "r" }));
    const socket = await accepted(at);
    await does(() => socket.deliver(startFrame));
    await does(() => {
      void shown.value.cancel();
      return until(shown.value.view!, ({ state }) => state.cancelling);
    });
    expect(socket.actions("cancel")).toHaveLength(1);
    await does(() => socket.deliver(frame(1, [{ type: "cancelled", partialLength: 0 }])));
    expect(shown.value).toMatchObject({ status: "cancelled", cancelling: false, partialLength: 0 });
  });

  it("goes on after a reload: it follows the stream that it had, under StrictMode too", async () => {
    const before = bench();
    const first = probe(() => useRun(before.client, "ask", { keep: "answer" }));
    const { does } = await mount(first.element);
    await does(() => first.value.start(INPUT, { requestId: "r" }));
    const lost = await accepted(before);
    await does(() => lost.deliver(startFrame));

    const after = bench();
    const second = probe(() => useRun(after.client, "ask", { keep: "answer" }));
    const page = await mount(<StrictMode>{second.element}</StrictMode>);
    const socket = await accepted(after);
    expect([...socket.actions("resume"), ...socket.actions("ask")]).toEqual([{ action: "resume", streamId: "s" }]);
    await page.does(() => {
      socket.deliver(startFrame);
      socket.deliver(frame(1, [delta("All of it"), complete("All of it")]));
      return until(second.value.view!, ({ state }) => state.status === "complete");
    });
    expect(second.value).toMatchObject({ text: "All of it", streamId: "s" });
    await page.does(() => second.value.retry());
    expect(socket.actions("ask")).toMatchObject([INPUT]);
  });

  it("sends the same request again after a reload that came before the stream was known (law 8)", async () => {
    const before = bench();
    const first = probe(() => useRun(before.client, "ask", { keep: "answer" }));
    const { does } = await mount(first.element);
    await does(() => first.value.start(INPUT));
    const [sent] = (await accepted(before)).actions("ask");

    const after = bench();
    const second = probe(() => useRun(after.client, "ask", { keep: "answer" }));
    await mount(<StrictMode>{second.element}</StrictMode>);
    expect((await accepted(after)).actions("ask")).toEqual([sent]);
    expect(second.value.requestId).toBe(sent!["requestId"]);
  });

  it("asks nothing that another route was asked under the same key", async () => {
    const before = bench();
    const first = probe(() => useRun(before.client, "ask", { keep: "answer" }));
    const { does } = await mount(first.element);
    await does(() => first.value.start(INPUT));

    const after = bench();
    const second = probe(() => useRun(after.client, "tell", { keep: "answer" }));
    await mount(second.element);
    await settled();
    expect([second.value.status, after.sockets.all.length]).toEqual(["idle", 0]);
  });

  it("is let go while it is hidden, and goes on to its end when it is shown again (law 3)", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const at = bench();
    const shown = probe(() => useRun(at.client, "ask"));
    const { does, shows } = await mount(<Activity>{shown.element}</Activity>);
    await does(() => shown.value.start(INPUT, { requestId: "r" }));
    const socket = await accepted(at);
    await does(() => {
      socket.deliver(startFrame);
      socket.deliver(frame(1, [delta("One ")]));
    });
    await shows(<Activity mode="hidden">{shown.element}</Activity>);
    vi.advanceTimersByTime(2500);
    await shows(<Activity>{shown.element}</Activity>);
    expect(socket.actions("resume")).toEqual([{ action: "resume", streamId: "s", offset: "1-1" }]);
    await does(() => socket.deliver(frame(2, [delta("two"), complete("One two", "done")])));
    expect(shown.value).toMatchObject({ status: "complete", text: "One two", result: "done", requestId: "r" });
  });

  it("is not let go before the server has it: nothing else would ask", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const at = bench();
    const shown = probe(() => useRun(at.client, "ask"));
    const { does, shows } = await mount(shown.element);
    await does(() => shown.value.start(INPUT));
    await shows(null);
    vi.advanceTimersByTime(2500);
    expect((await accepted(at)).actions("ask")).toMatchObject([INPUT]);
  });

  it.each([
    "{",
    '"text"',
    "{}",
    "[]",
    "[null]",
    "[1]",
    '[{"route":"ask"}]',
    '[{"route":"ask","id":"a","role":"user","text":"","input":null}]',
    '[{"route":"ask","id":"a","role":"user","text":{},"input":{}}]',
  ])("begins anew where the tab keeps %s, which is not its own", async (value) => {
    sessionStorage.setItem("answer", value);
    const at = bench();
    const shown = probe(() => useRun(at.client, "ask", { keep: "answer" }));
    await mount(shown.element);
    expect([shown.value.status, at.sockets.all.length]).toEqual(["idle", 0]);
  });
});

describe("useConnection", () => {
  it("gives each state of the connection, and its transport", async () => {
    const at = bench();
    const shown = probe(() => useConnection(at.client));
    const { does } = await mount(shown.element);
    expect(shown.value).toEqual({ state: "idle", transport: "websocket", attempt: 0 });
    await does(() => void at.client.run("ask", INPUT));
    expect(shown.value.state).toBe("connecting");
    await does(() => accepted(at));
    expect(shown.value).toMatchObject({ state: "open", transport: "websocket" });
    await does(() => at.sockets.last.cut());
    expect(shown.value).toBe(at.client.connection);
    expect(shown.value.state).toBe("waiting");
  });
});
