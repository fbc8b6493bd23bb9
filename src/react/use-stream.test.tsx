// @vitest-environment happy-dom
import { Activity, StrictMode, cloneElement } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bench, complete, delta, frame, start as startFrame } from "../../test/support/client-bench.ts";
import { mount } from "../react-ui/test-support/mount.ts";
import { settled } from "../testing/fake-clock.ts";
import { follow } from "./follow.ts";
import { useStream, useStreamText, useView } from "./index.ts";
import "./reading.ts";
import { probe, until } from "./test-support/probe.tsx";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("useStream", () => {
  it("is one follow for all who ask for the stream, until 2 s after the last has left (client.md 5.6)", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const at = bench();
    const viewers = [probe(() => useStream(at.client, "s")), probe(() => useStream(at.client, "s"))];
    const first = <StrictMode>{viewers[0]!.element}</StrictMode>;
    const second = <StrictMode>{viewers[1]!.element}</StrictMode>;
    const { shows } = await mount(
      <>
        {first}
        {second}
      </>,
    );
    await settled();
    at.sockets.last.accept();
    const { view } = viewers[0]!.value;
    expect(viewers[1]!.value.view).toBe(view);
    await shows(first);
    vi.advanceTimersByTime(10_000);
    await shows(null);
    vi.advanceTimersByTime(1999);
    await shows(second);
    vi.advanceTimersByTime(10_000);
    expect(viewers[1]!.value.view).toBe(view);
    expect(at.sockets.last.actions("resume")).toEqual([{ action: "resume", streamId: "s" }]);

    await shows(null);
    vi.advanceTimersByTime(2000);
    expect(view!.released).toBe(true);
    await shows(first);
    expect(viewers[0]!.value.view).toBe(view);
    expect(view!.released).toBe(false);
    expect(at.sockets.last.actions("resume")).toHaveLength(2);
    expect(at.sockets.last.actions("cancel")).toEqual([]);
  });

  it("goes on from where it was, to the end, when somebody watches again (law 3); before that it claims no end", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const at = bench();
    const shown = probe(() => useStream(at.client, "s"));
    const page = await mount(<Activity>{shown.element}</Activity>);
    await settled();
    const socket = at.sockets.last;
    socket.accept();
    await page.does(() => {
      socket.deliver(startFrame);
      socket.deliver(frame(1, [{ type: "status", text: "On it", stage: "search" }, delta("One ")]));
    });
    const { view } = shown.value;
    const { requestedAt } = view!.state.timings;
    await page.shows(<Activity mode="hidden">{shown.element}</Activity>);
    await page.does(() => vi.advanceTimersByTime(2500));
    expect([view!.released, view!.text.done, view!.state.status]).toEqual([true, false, "streaming"]);

    await page.shows(<Activity>{shown.element}</Activity>);
    expect(socket.actions("resume").at(-1)).toEqual({ action: "resume", streamId: "s", offset: "1-2" });
    await page.does(() => socket.deliver(frame(3, [delta("two"), complete("One two", "done")])));
    expect(shown.value).toMatchObject({
      status: "complete",
      text: "One two",
      result: "done",
      stages: ["search"],
      view,
    });
    expect(shown.value.timings).toMatchObject({ requestedAt, chunks: 2 });
    expect(view!.text.done).toBe(true);
  });

  it("remembers no stream whose view is gone", async () => {
    class Forgetful {
      deref(): undefined {}
    }
    vi.stubGlobal("WeakRef", Forgetful);
    const forgotten = vi.spyOn(Map.prototype, "delete");
    const at = bench();
    follow(at.client, "s");
    follow(at.client, "other");
    expect(forgotten).toHaveBeenCalledWith("s");
  });

  it("renders with the text only who reads it; with the state who takes that of it which changed", async () => {
    const at = bench();
    const handle = probe(() => useStream(at.client, "s"));
    const reader = probe(() => useStream(at.client, "s").text);
    const { does } = await mount(
      <>
        {handle.element}
        {reader.element}
      </>,
    );
    await settled();
    const socket = at.sockets.last;
    socket.accept();
    const view = handle.value.view!;
    const blocks = probe(() => useStreamText(view));
    const stages = probe(() => useView(view, (state) => state.stages));
    const more = await mount(
      <>
        {blocks.element}
        {stages.element}
      </>,
    );
    await does(() => {
      socket.deliver(startFrame);
      return until(view, ({ state }) => state.status === "streaming");
    });
    const before = [handle, reader, blocks, stages].map(({ renders }) => renders);
    for (let seq = 1; seq <= 3; seq += 1) {
      await more.does(() => {
        socket.deliver(frame(seq, [delta("word ")]));
        return until(view, ({ wholeText }) => wholeText === "word ".repeat(seq));
      });
    }
    const renders = (): number[] =>
      [handle, reader, blocks, stages].map((probe, index) => probe.renders - before[index]!);
    expect(renders()).toEqual([0, 3, 3, 0]);
    expect([reader.value, blocks.value.tail]).toEqual(["word word word ", "word word word "]);
    await does(() => {
      socket.deliver(frame(4, [{ type: "data", name: "card", value: 1 }]));
      return until(view, ({ state }) => state.data["card"] === 1);
    });
    expect(renders()).toEqual([1, 4, 3, 0]);
  });

  it("follows another stream when it is told to, and shows nothing of the one before", async () => {
    const at = bench();
    let streamId: string | undefined = "s";
    const shown = probe(() => useStream(at.client, streamId));
    const page = await mount(shown.element);
    await settled();
    at.sockets.last.accept();
    await page.does(() => {
      at.sockets.last.deliver(startFrame);
      at.sockets.last.deliver(frame(1, [delta("One"), complete("One")]));
    });
    expect(shown.value).toMatchObject({ status: "complete", streamId: "s", text: "One" });
    streamId = "other";
    await page.shows(cloneElement(shown.element));
    expect(shown.value).toMatchObject({ status: "pending", streamId: "other", text: "" });
    streamId = undefined;
    await page.shows(cloneElement(shown.element));
    expect(shown.value).toMatchObject({ status: "idle", view: undefined });
  });

  it("follows again, on retry, what could not be followed", async () => {
    const at = bench();
    const shown = probe(() => useStream(at.client, "s"));
    const { does } = await mount(shown.element);
    await settled();
    const socket = at.sockets.last;
    socket.accept();
    const error = { type: "error", streamId: "s", code: "not_found", message: "Not here", retryable: false };
    await does(() => socket.deliver(error));
    expect(shown.value).toMatchObject({ status: "error", error: { code: "not_found" } });
    await does(() => shown.value.retry());
    expect(shown.value.status).toBe("pending");
    await does(() => {
      socket.deliver(startFrame);
      return until(shown.value.view!, ({ state }) => state.status === "streaming");
    });
    expect(shown.value.status).toBe("streaming");
  });
});
